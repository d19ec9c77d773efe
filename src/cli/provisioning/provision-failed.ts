import { CommandFailed } from '../command.js';

/** What a script that calls `fieldline provision` can tell apart; 0 is done, 1 unforeseen, 2 wrong usage. */
export const exitCodes = {
  configuration: 3,
  unreachable: 4,
  credentials: 5,
  rights: 6,
  profile: 7,
  refused: 8,
} as const;

export type FailureKind = keyof typeof exitCodes;

/** Why a device could not be provisioned, as its technician needs it: what, why, and what to do about it. */
export class ProvisionFailed extends CommandFailed {
  override readonly exitCode: number;

  constructor(
    readonly kind: FailureKind,
    readonly what: string,
    readonly why: string,
    readonly cure: string,
  ) {
    super(`${what}\n  Cause: ${why}\n  Cure:  ${cure}`);
    this.exitCode = exitCodes[kind];
  }
}
