/** What the made-up devices measure, as their profile says it. */
export const simulatedMeasurements = [
  { key: 'temperature', name: 'Air temperature', unit: '°C' },
  { key: 'humidity', name: 'Relative humidity', unit: '%' },
  { key: 'pressure', name: 'Air pressure', unit: 'hPa' },
  { key: 'battery', name: 'Battery', unit: 'V' },
] as const;

export type SimulatedReading = Record<(typeof simulatedMeasurements)[number]['key'], number>;

/**
 * What a made-up device measures at a moment: slow waves with smaller ones on them, of its own phase. It depends on
 * nothing else, so a curve goes on where it was when the simulation is started again.
 */
export function smoothReading(device: number, timeMs: number): SimulatedReading {
  const wave = (periodSeconds: number, shift = 0): number =>
    Math.sin((2 * Math.PI * timeMs) / 1_000 / periodSeconds + device * 1.7 + shift);
  return {
    temperature: rounded(20 + (device % 5) + 2.5 * wave(600) + 0.4 * wave(47)),
    humidity: rounded(55 - 6 * wave(600, 0.4) + 1.2 * wave(83)),
    pressure: rounded(1_013 + 4 * wave(3_600) + 0.3 * wave(120)),
    battery: rounded(3.3 + 0.2 * wave(86_400)),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
