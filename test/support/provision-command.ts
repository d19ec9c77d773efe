import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { document004 } from './document-004.js';

const program = join(import.meta.dirname, '../../src/cli/fieldline.js');

export interface CommandOutcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** What a configuration file of document 004 says, section by section; null leaves a key out. */
export type Sections = Record<string, Record<string, string | null>>;

/** The machine of a technician: a folder with a configuration file, where `fieldline provision` is a process of its own. */
export class TechnicianFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'fieldline-provision-'));

  /** As the document has it, changed by `sections`; nobody is asked where the machine is unless a test wants that. */
  config(url: string, user: { username: string; password: string }, sections: Sections = {}): string {
    const all: Sections = {
      thingsboard: { url, ...user, token: '' },
      profiles: {
        country_profile_name: document004.profiles.country,
        state_profile_name: document004.profiles.state,
        device_profile_name: document004.profiles.device,
      },
      assets: {
        country_name: document004.country,
        state_name: document004.state,
        device_name: document004.device.name,
        serial_number: document004.device.serial,
      },
      location: {
        latitude: document004.location.latitude.toString(),
        longitude: document004.location.longitude.toString(),
        lookup: 'false',
      },
    };
    for (const [section, keys] of Object.entries(sections)) all[section] = { ...all[section], ...keys };
    return Object.entries(all)
      .map(([section, keys]) => [`[${section}]`, ...linesOf(keys), ''].join('\n'))
      .join('\n');
  }

  write(name: string, text: string | Buffer, mode = 0o600): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  modeOf(name: string): number {
    return statSync(join(this.path, name)).mode & 0o777;
  }

  provision(args: readonly string[] = [], env: Record<string, string> = {}): Promise<CommandOutcome> {
    const options = { cwd: this.path, env: { PATH: process.env['PATH'], ...env } };
    return new Promise((resolve) => {
      execFile(process.execPath, [program, 'provision', ...args], options, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
      });
    });
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

function linesOf(keys: Record<string, string | null>): string[] {
  return Object.entries(keys).flatMap(([key, value]) => (value === null ? [] : [`${key} = ${value}`]));
}
