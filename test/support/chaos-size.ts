/** How much of a fault a test makes: short in a checklist, and by CHAOS_<name> as large as somebody has time for. */
export function chaosSize(name: string, short: number): number {
  const given = Number(process.env[`CHAOS_${name}`]);
  return Number.isFinite(given) && given > 0 ? given : short;
}

/** One line of the table that a run of chaos leaves behind. */
export function chaosRow(name: string, figures: Record<string, number | string>): void {
  const cells = Object.entries(figures).map(([key, value]) => `${key} ${value}`);
  process.stdout.write(`chaos | ${[name, ...cells].join(' | ')}\n`);
}
