/** Another process holds the folder. */
export class FolderInUse extends Error {
  constructor(
    readonly folder: string,
    /** As much as is known of the other: `pid 4711`. */
    readonly holder: string,
  ) {
    super(`${folder} is held by another process (${holder})`);
    this.name = FolderInUse.name;
  }
}
