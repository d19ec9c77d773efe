/** Codecs that need no function: formats that many vendors share. */
export const builtInCodecs = ['cayenne_lpp'] as const;
export type BuiltInCodec = (typeof builtInCodecs)[number];
