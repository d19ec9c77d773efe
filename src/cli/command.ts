/** One command of `npx fieldline`, in a file of its own. */
export interface Command {
  /** The arguments, as the usage line shows them. */
  readonly parameters: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** What `--help` says besides: options, files, exit codes. */
  readonly details?: string;
  /** Does it and answers what to tell the user. A failure is thrown: its message is what they read. */
  run(args: readonly string[]): Promise<string>;
}

/** The command could not do it, and says why in words that its user understands. */
export class CommandFailed extends Error {
  /** For scripts; 2 is wrong usage. */
  readonly exitCode: number = 1;
}

/** The command was called with other arguments than it takes. */
export class WrongUsage extends Error {}
