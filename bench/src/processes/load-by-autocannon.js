import autocannon from 'autocannon';

/**
 * The same load by a known tool, to see that our own client does not flatter anybody. It cuts off what is under way when
 * time is up, so a few more uplinks may have been taken than it saw accepted.
 *
 * @param {import('./load.js').Load} load
 * @param {import('../uplinks.js').Uplinks} uplinks
 * @returns {Promise<import('./load.js').LoadResult>}
 */
export async function loadByAutocannon({ url, headers, load, connections, seconds, amount }, uplinks) {
  let sent = 0;
  const begunAt = Date.now();
  const result = await autocannon({
    url,
    connections,
    ...(amount === undefined ? { duration: seconds } : { amount }),
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    requests: [
      {
        setupRequest: (request) => {
          request.body = uplinks.text(load, sent++);
          return request;
        },
      },
    ],
  });
  const counts = Object.entries(result.statusCodeStats ?? {});
  return {
    sent,
    accepted: result['2xx'],
    refused: result.non2xx,
    statuses: Object.fromEntries(counts.map(([status, { count }]) => [status, count])),
    errors: result.errors + result.timeouts,
    begunAt,
    seconds: result.duration,
    latencyMs: { p50: result.latency.p50, p99: result.latency.p99, max: result.latency.max },
  };
}
