/** Another process believed this one dead and drains its spool: what is written there now, nobody would read. */
export class SpoolTaken extends Error {
  constructor() {
    super('another process has taken over the spool');
    this.name = SpoolTaken.name;
  }
}
