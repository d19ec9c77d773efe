/** A value of a configuration file, and where it stands. */
export interface ConfigEntry {
  value: string;
  line: number;
}

/** A configuration file as text with sections and keys in it, whatever its notation. Names are compared without case. */
export interface ConfigDocument {
  find(section: string, key: string): ConfigEntry | undefined;
  /** Where the section begins; undefined: there is none. */
  lineOf(section: string): number | undefined;
  /** The text with this one value set, and everything else as it was. */
  with(section: string, key: string, value: string): string;
}

/** The text is not what it should be; the message says where, and repeats nothing of it, for there are passwords in it. */
export class ConfigMalformed extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}
