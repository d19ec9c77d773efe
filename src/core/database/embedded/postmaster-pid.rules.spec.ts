import { describe, expect, it } from '@jest/globals';
import { parsePostmasterPid, withPidOfNobody } from './postmaster-pid.rules.js';

const running = '6823\n/data/postgres\n1795214591\n15444\n\n127.0.0.1\n  9977922         8\nready   \n';

describe('parsePostmasterPid', () => {
  it('reads process, port and status', () => {
    expect(parsePostmasterPid(running)).toEqual({ pid: 6823, port: 15444, status: 'ready' });
  });

  it('knows no port while the server is only beginning', () => {
    expect(parsePostmasterPid('6823\n/data/postgres\n1795214591\n')).toEqual({ pid: 6823, port: null, status: '' });
  });

  it('reads the negative process id of a stand-alone backend', () => {
    expect(parsePostmasterPid('-77\n/data/postgres\n')?.pid).toBe(77);
  });

  it.each(['', 'nonsense\n', '0\n/data\n'])('finds nothing in %j', (text) => {
    expect(parsePostmasterPid(text)).toBeNull();
  });
});

describe('withPidOfNobody', () => {
  it('changes the process id and keeps the key of the shared memory', () => {
    const changed = withPidOfNobody(running);
    expect(changed.split('\n').slice(1)).toEqual(running.split('\n').slice(1));
    expect(parsePostmasterPid(changed)?.pid).toBeGreaterThan(4_194_304);
  });
});
