import { parseArgs } from 'node:util';
import { Clock } from '../core/time/clock.js';
import { CommandFailed, WrongUsage, type Command } from './command.js';
import { ConfigFile } from './provisioning/config/config-file.js';
import { provisionDetails } from './provisioning/details.js';
import { ServerApi } from './provisioning/http/server-api.js';
import { provisionInOneCall } from './provisioning/one-call.js';
import { ProvisionFailed } from './provisioning/provision-failed.js';
import { linesOf, outcomeOf, type ProvisionReport } from './provisioning/report.js';
import { provisionStepByStep } from './provisioning/step-by-step.js';

interface Wanted {
  config: string | undefined;
  isDryRun: boolean;
  isJson: boolean;
  showsToken: boolean;
  timeoutMs: number;
}

/** Document 004’s script for a technician at the device: from a configuration file to a device that has said its first word. */
export const provision: Command = {
  parameters: '[--config <path>] [--dry-run] [--json] [--show-token] [--timeout <seconds>=60]',
  summary:
    'registers this device below its country and state as its configuration file says, and sends its first telemetry',
  details: provisionDetails,
  async run(args) {
    const wanted = wantedOf(args);
    try {
      const report = await provisioned(wanted);
      return wanted.isJson ? JSON.stringify(report, null, 2) : linesOf(report);
    } catch (error) {
      if (wanted.isJson && error instanceof CommandFailed) process.stdout.write(`${failureAsJson(error)}\n`);
      throw error;
    }
  },
};

async function provisioned({ config: path, isDryRun, showsToken, timeoutMs }: Wanted): Promise<ProvisionReport> {
  const notices: string[] = [];
  const notice = (text: string): void => {
    notices.push(text);
  };
  const file = ConfigFile.open(path);
  const config = file.config();
  if (file.isOpenToOthers)
    notice(`others can read ${file.path}, and there is a password in it: chmod 600 ${file.path}`);
  const clock = new Clock();
  const api = new ServerApi(config.url, { clock, endMs: clock.nowMs() + timeoutMs }, notice);
  const run = { file, config, api, isDryRun, showsToken, notice };
  const key = config.provisioningKey;
  const done = await (key === undefined ? provisionStepByStep(run) : provisionInOneCall(run, key));
  const results = [done.country, done.state, done.device].flatMap((part) => (part === null ? [] : [part.result]));
  const outcome = outcomeOf(results, done.first_telemetry);
  return { outcome, server: api.shownUrl, config_file: file.path, ...done, notices };
}

function wantedOf(args: readonly string[]): Wanted {
  const {
    config,
    json = false,
    timeout = '60',
    'dry-run': isDryRun = false,
    'show-token': showsToken = false,
  } = optionsOf(args);
  const timeoutMs = Number(timeout) * 1_000;
  if (!(timeoutMs >= 1_000 && timeoutMs <= 3_600_000)) throw new WrongUsage();
  return { config, isDryRun, isJson: json, showsToken, timeoutMs };
}

function optionsOf(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { config: text, timeout: text, json: flag, 'dry-run': flag, 'show-token': flag };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch {
    throw new WrongUsage();
  }
}

function failureAsJson(error: CommandFailed): string {
  const known =
    error instanceof ProvisionFailed
      ? { kind: error.kind, what: error.what, cause: error.why, cure: error.cure }
      : { what: error.message };
  return JSON.stringify({ outcome: 'failed', exit_code: error.exitCode, error: known }, null, 2);
}
