import { isDeepStrictEqual } from 'node:util';
import type { ConfigContent } from '../config.rules.js';

/** What a folder holds for one MAC. */
export type FoundFile =
  | { kind: 'none' }
  | { kind: 'good'; digest: string; changedAtMs: number; content: ConfigContent }
  /** No JSON object, too large, or not allowed by a schema. */
  | { kind: 'bad'; digest: string; changedAtMs: number; why: string };

/** What the folder held when it was last brought in line, and with which revision. */
export interface KnownFile {
  revision: number;
  /** Null: there was no file. */
  digest: string | null;
}

/** What counts in the database. */
export interface StoredConfig {
  revision: number;
  /** Null: deleted. */
  content: ConfigContent | null;
  changedAtMs: number;
}

/**
 * `take`: the file was changed by hand, and becomes a revision that counts. `keep beside`: the same, but what is stored is
 * newer, so the file becomes a revision beside it and is overwritten next. `write`: the file follows what is stored.
 * `note`: both are the same, which is remembered. `skip`: the file cannot be taken, and nothing newer is there to replace it.
 */
export type FileDecision = 'nothing' | 'take' | 'keep beside' | 'write' | 'note' | 'skip';

/** Decides between a file and what is stored: who changed last, wins. A file that is gone has no time, and never wins over a save. */
export function decide(file: FoundFile, known: KnownFile | null, stored: StoredConfig | null): FileDecision {
  const digest = file.kind === 'none' ? null : file.digest;
  const isFileChanged = digest !== (known?.digest ?? null);
  const isStoredChanged = (stored?.revision ?? 0) !== (known?.revision ?? 0);
  if (!isFileChanged && !isStoredChanged) return 'nothing';
  if (isSame(file, stored)) return 'note';
  if (!isStoredChanged) return file.kind === 'bad' ? 'skip' : 'take';
  if (!isFileChanged) return 'write';
  if (stored === null) return file.kind === 'bad' ? 'skip' : 'take';
  if (file.kind === 'none') return 'write';
  const isFileNewer = file.changedAtMs > stored.changedAtMs;
  if (file.kind === 'bad') return isFileNewer ? 'skip' : 'write';
  return isFileNewer ? 'take' : 'keep beside';
}

function isSame(file: FoundFile, stored: StoredConfig | null): boolean {
  if (file.kind === 'bad') return false;
  return isDeepStrictEqual(file.kind === 'none' ? null : file.content, stored?.content ?? null);
}
