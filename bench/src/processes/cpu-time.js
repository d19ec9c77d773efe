import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/**
 * A process, or all the processes below one: a server's own PostgreSQL.
 *
 * @typedef {{ pid: number } | { below: number }} Processes
 */

/**
 * How much CPU some processes have used so far, in seconds. Empty where there is no /proc.
 *
 * @param {Record<string, Processes>} processes by name
 * @returns {Record<string, number>}
 */
export function cpuSecondsOf(processes) {
  const table = readTable();
  /** @type {Record<string, number>} */
  const seconds = {};
  for (const [name, which] of Object.entries(processes)) {
    const used = 'below' in which ? usedBelow(which.below, table) : table.get(which.pid)?.used;
    if (used !== undefined) seconds[name] = used / ticksPerSecond;
  }
  return seconds;
}

/** @param {Record<string, number>} before @param {Record<string, number>} after */
export function cpuUsed(before, after) {
  return Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)]));
}

/** @typedef {{ parent: number, used: number, ofEnded: number }} Line */

/** @param {number} pid @param {Map<number, Line>} table @returns {number} */
function usedBelow(pid, table) {
  let used = 0;
  for (const [child, line] of table) {
    if (line.parent === pid) used += line.used + line.ofEnded + usedBelow(child, table);
  }
  return used;
}

function readTable() {
  /** @type {Map<number, Line>} */
  const table = new Map();
  for (const name of listProc()) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'latin1');
      // The second field is the program's name in brackets, and may itself hold blanks and brackets.
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      const [user, system, usersOfEnded, systemsOfEnded] = fields.slice(11, 15).map(Number);
      table.set(pid, { parent: Number(fields[1]), used: user + system, ofEnded: usersOfEnded + systemsOfEnded });
    } catch {
      // it ended meanwhile
    }
  }
  return table;
}

function listProc() {
  try {
    return readdirSync('/proc');
  } catch {
    return [];
  }
}
