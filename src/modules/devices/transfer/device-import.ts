import type { FieldError } from '../../../core/errors/app-error.js';
import type { RequestOrigin } from '../../../core/origin/origin.js';

export const importFormats = ['csv', 'ndjson'] as const;
export type ImportFormat = (typeof importFormats)[number];

export const conflictRules = ['refuse', 'update', 'skip'] as const;
/** What becomes of a row whose device is there already. */
export type ConflictRule = (typeof conflictRules)[number];

export const importStates = ['receiving', 'running', 'finished', 'aborted'] as const;
export type ImportState = (typeof importStates)[number];

export const rowStatuses = ['pending', 'created', 'updated', 'skipped', 'error'] as const;
export type RowStatus = (typeof rowStatuses)[number];

/** A file of devices that is taken in, as it is stored. */
export interface DeviceImport {
  id: string;
  tenantId: string;
  format: ImportFormat;
  dryRun: boolean;
  onConflict: ConflictRule;
  state: ImportState;
  /** Rows so far received, and after that all of them. */
  total: number;
  /** The position of the last row that was looked at. */
  done: number;
  created: number;
  updated: number;
  skipped: number;
  failed: number;
  /** Whose request it was: records of what it changes name them. */
  requestedBy: RequestOrigin | null;
  createdAt: Date;
  finishedAt: Date | null;
}

/** One row of the file as it is stored. Positions count from 1 without a gap; `row` counts as the file does. */
export interface StoredRow {
  position: number;
  row: number;
  given: Record<string, unknown>;
  appKeySealed: string | null;
  status: RowStatus;
  deviceId: string | null;
  errors: FieldError[] | null;
}

/** What became of a row. */
export type RowOutcome = Pick<StoredRow, 'position' | 'deviceId'> &
  ({ status: Exclude<RowStatus, 'error' | 'pending'>; errors: null } | { status: 'error'; errors: FieldError[] });
