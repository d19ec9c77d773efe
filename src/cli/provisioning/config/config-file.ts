import { randomUUID } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ProvisionFailed } from '../provision-failed.js';
import { ConfigMalformed, type ConfigDocument } from './config-document.js';
import { IniDocument } from './ini-document.js';
import { JsonDocument } from './json-document.js';
import { ConfigIncomplete, provisionConfigOf, whereToAdd, type ProvisionConfig } from './provision-config.rules.js';

/** Where document 004 says that the file is, and where its code looks. */
export const usualPaths = ['data/config/config.properties', 'config.properties'];

/** A configuration file on the disk: what it says, and the one thing that is written into it, a new token. */
export class ConfigFile {
  private constructor(
    readonly path: string,
    private readonly document: ConfigDocument,
    /** It holds passwords: others should not be able to read it. */
    readonly isOpenToOthers: boolean,
  ) {}

  /** The file at the path, or the first of the usual ones that is there. */
  static open(path: string | undefined): ConfigFile {
    const found = path ?? usualPaths.find((one) => existsSync(one));
    if (found === undefined) {
      throw new ProvisionFailed(
        'configuration',
        'There is no configuration file.',
        `neither ${usualPaths.join(' nor ')} is in ${process.cwd()}`,
        'make one of them, or name another with --config; `fieldline provision --help` shows what is in it',
      );
    }
    return new ConfigFile(found, documentOf(found, textOf(found)), isOpenToOthers(found));
  }

  config(): ProvisionConfig {
    try {
      return provisionConfigOf(this.document, this.path);
    } catch (error) {
      if (!(error instanceof ConfigIncomplete)) throw error;
      const [what, why] =
        error.problems.length === 1
          ? ['Something is', error.problems.join('')]
          : ['Some things are', error.problems.join('\n         ')];
      throw new ProvisionFailed(
        'configuration',
        `${what} missing or wrong in the configuration.`,
        why,
        `put it right in ${this.path}`,
      );
    }
  }

  where(section: string, key: string): string {
    return whereToAdd(this.document, this.path, section, key);
  }

  /**
   * Written beside the file and put in its place, so that a power cut leaves the old or the new one; with the same mode and
   * owner. The file is read again: whoever has edited it meanwhile loses nothing.
   */
  saveToken(token: string): void {
    const path = realpathSync(this.path);
    const text = documentOf(this.path, textOf(this.path)).with('thingsboard', 'token', token);
    const { mode, uid, gid } = statSync(path);
    const draft = join(dirname(path), `.${randomUUID()}.tmp`);
    try {
      writeDurably(draft, text, mode & 0o777);
      keepOwner(draft, uid, gid);
      renameSync(draft, path);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  }
}

function textOf(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (error) {
    throw new ProvisionFailed(
      'configuration',
      `The configuration file ${path} cannot be read.`,
      ...whyUnreadable(error),
    );
  }
}

function whyUnreadable(error: unknown): [why: string, cure: string] {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return ['there is no such file', 'check the path that --config names'];
  if (code === 'EACCES' || code === 'EPERM') {
    return ['this user may not read it', 'run the command as the owner of the file (sudo -u …), or change its mode'];
  }
  if (code === 'EISDIR') return ['it is a folder', 'name the file in it'];
  if (error instanceof TypeError) {
    return ['it is not written in UTF-8', 'save it again as UTF-8 (Notepad: “Save as”, encoding UTF-8)'];
  }
  return [error instanceof Error ? error.message : String(error), 'see that the disk is there and whole'];
}

function documentOf(path: string, text: string): ConfigDocument {
  try {
    return /^\uFEFF?\s*\{/.test(text) || /\.json$/i.test(path) ? new JsonDocument(text) : new IniDocument(text);
  } catch (error) {
    if (!(error instanceof ConfigMalformed)) throw error;
    throw new ProvisionFailed(
      'configuration',
      `The configuration file ${path} cannot be understood.`,
      `${path}, line ${error.line}: ${error.message}`,
      'put that line right; `fieldline provision --help` shows a whole file',
    );
  }
}

function isOpenToOthers(path: string): boolean {
  return process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0;
}

function writeDurably(path: string, text: string, mode: number): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, text);
    fchmodSync(file, mode);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Only root may give files away; for everybody else the file was their own, or becomes it. */
function keepOwner(path: string, uid: number, gid: number): void {
  const now = statSync(path);
  if (now.uid !== uid || now.gid !== gid) chownSync(path, uid, gid);
}
