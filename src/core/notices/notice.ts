export const noticeKinds = ['configs', 'assets'] as const;
/** What was saved; the end of the topic that says so. */
export type NoticeKind = (typeof noticeKinds)[number];

/**
 * Where a notice goes: `<prefix>/updates/configs` for the default tenant, whose devices listen there, and
 * `<prefix>/<slug>/updates/configs` for any other, so that nobody hears of a neighbour's devices.
 */
export function topicOf(prefix: string, kind: NoticeKind, tenant?: string): string {
  return [prefix, ...(tenant === undefined ? [] : [tenant]), 'updates', kind].join('/');
}
