/** Some variables are not as they must be; its message says all that is wrong, one line each, and is enough to mend it. */
export class SettingsInvalid extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The settings are not right, so the server does not start:\n${problems.map((p) => `  - ${p}`).join('\n')}`);
    this.name = SettingsInvalid.name;
  }
}
