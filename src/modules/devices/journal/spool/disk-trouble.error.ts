/** A file of the spool could not be worked on: that is the disk's fault, and says nothing about the database. */
export class DiskTrouble extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = DiskTrouble.name;
  }
}
