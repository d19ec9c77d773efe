import type { ConfigFile } from './config/config-file.js';
import type { ProvisionConfig } from './config/provision-config.rules.js';
import type { ServerApi } from './http/server-api.js';
import type { ProvisionReport } from './report.js';

/** What one run of the command works with. */
export interface Run {
  file: ConfigFile;
  config: ProvisionConfig;
  api: ServerApi;
  isDryRun: boolean;
  showsToken: boolean;
  notice: (text: string) => void;
}

/** What a way of provisioning tells; the rest of the report is the same for each. */
export type Provisioned = Omit<ProvisionReport, 'outcome' | 'server' | 'config_file' | 'notices'>;
