import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/**
 * A process, one half of its threads, or all the processes below it: a server's own PostgreSQL.
 *
 * @typedef {{ pid: number } | { mainThreadOf: number } | { otherThreadsOf: number } | { below: number }} Processes
 */

/** A server apart from its helpers: in Node one thread does the most, and is the first to be at its end. @param {number} pid */
export function serverProcesses(pid) {
  return { 'main thread': { mainThreadOf: pid }, 'other threads': { otherThreadsOf: pid } };
}

/**
 * How much CPU some processes have used so far, in seconds. Empty where there is no /proc.
 *
 * @param {Record<string, Processes>} processes by name
 * @returns {Record<string, number>}
 */
export function cpuSecondsOf(processes) {
  const table = readTable('/proc');
  /** @type {Record<string, number>} */
  const seconds = {};
  for (const [name, which] of Object.entries(processes)) {
    const used = usedBy(which, table);
    if (used !== undefined) seconds[name] = used / ticksPerSecond;
  }
  return seconds;
}

/** @param {Processes} which @param {Map<number, Line>} table */
function usedBy(which, table) {
  if ('below' in which) return usedBelow(which.below, table);
  if ('pid' in which) return table.get(which.pid)?.used;
  if ('mainThreadOf' in which) return readTable(`/proc/${which.mainThreadOf}/task`).get(which.mainThreadOf)?.used;
  const threads = readTable(`/proc/${which.otherThreadsOf}/task`);
  threads.delete(which.otherThreadsOf);
  return [...threads.values()].reduce((sum, { used }) => sum + used, 0);
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

/** @param {string} folder of processes, or of one's threads */
function readTable(folder) {
  /** @type {Map<number, Line>} */
  const table = new Map();
  for (const name of listOf(folder)) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const text = readFileSync(`${folder}/${name}/stat`, 'latin1');
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

/** @param {string} folder */
function listOf(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
