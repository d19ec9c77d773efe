import { describe, expect, it } from '@jest/globals';
import { AdmissionGate, type Admitted } from './admission-gate.js';

/** So many come at once; answers those that were let in. */
function rush(gate: AdmissionGate, count: number, { nowMs = 0, bytes = 1_000 } = {}): Admitted[] {
  return Array.from({ length: count }, () => gate.enter(bytes, nowMs)).filter((admitted) => admitted !== undefined);
}

/** Those inside are answered one after the other, each taking so long. */
function answerInTurn(gate: AdmissionGate, admitted: readonly Admitted[], turnMs: number): void {
  admitted.forEach((one, index) => {
    gate.leave(one, one.enteredAtMs + (index + 1) * turnMs);
  });
}

/** A gate in front of a house that has answered a few crowds at this pace. */
function gateBefore(turnMs: number): AdmissionGate {
  const gate = new AdmissionGate();
  for (let crowd = 0; crowd < 3; crowd += 1) answerInTurn(gate, rush(gate, 256), turnMs);
  return gate;
}

describe('AdmissionGate', () => {
  it('lets a burst in before anything is known of this house', () => {
    expect(rush(new AdmissionGate(), 800)).toHaveLength(800);
  });

  it.each([
    [0.25, 2_000],
    [0.5, 1_000],
    [1, 500],
  ])('lets in what is answered within half a second where one takes %d ms', (turnMs, expected) => {
    const entered = rush(gateBefore(turnMs), 5_000).length;
    expect(entered).toBeGreaterThan(expected * 0.95);
    expect(entered).toBeLessThan(expected * 1.05);
  });

  it('always has room for a few, however slow the house is', () => {
    expect(rush(gateBefore(200), 1_000)).toHaveLength(512);
  });

  it('lets in fewer where nobody rests, and as many as ever after a rest', () => {
    const gate = gateBefore(0.2);
    for (let look = 0; look < 4; look += 1) gate.look(1);
    const crowd = rush(gate, 5_000);
    expect(crowd.length).toBeGreaterThan(1_150);
    expect(crowd.length).toBeLessThan(1_350);
    answerInTurn(gate, crowd, 0.2);
    gate.look(0.5);
    expect(rush(gate, 5_000).length).toBeGreaterThan(2_300);
  });

  it('lets in as many again when the house is quick again', () => {
    const gate = gateBefore(200);
    for (let crowd = 0; crowd < 3; crowd += 1) answerInTurn(gate, rush(gate, 256), 0.25);
    expect(rush(gate, 5_000).length).toBeGreaterThan(1_900);
  });

  it('learns nothing from messages that had nobody before them', () => {
    const gate = gateBefore(0.5);
    for (let n = 0; n < 100; n += 1) answerInTurn(gate, rush(gate, 10), 300);
    expect(rush(gate, 5_000).length).toBeGreaterThan(950);
  });

  it('refuses more than the journal holds, however quick the house is', () => {
    expect(rush(gateBefore(0.01), 9_000)).toHaveLength(5_000);
  });

  it('refuses more bytes than memory has room for, and takes them again when there is room', () => {
    const gate = new AdmissionGate();
    const megabyte = 1024 * 1024;
    const admitted = rush(gate, 100, { bytes: megabyte });
    expect(admitted).toHaveLength(64);
    expect(gate.enter(1, 0)).toBeUndefined();
    answerInTurn(gate, admitted.slice(0, 1), 1);
    expect(gate.enter(megabyte, 0)).toBeDefined();
  });
});
