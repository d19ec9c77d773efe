import { answer, HttpSink, type Answer, type ReceivedRequest } from './http-sink.js';
import { LineRefused, parseLines, type Line } from './line-protocol.js';

/** What the sink has been given: one entry for each time a line was taken, repetitions included. */
export interface WrittenLine extends Line {
  /** Counts the requests that wrote. */
  write: number;
}

interface Credentials {
  database: string;
  username: string;
  password: string;
}

const accepts: Credentials = { database: 'telemetry', username: 'writer', password: 'influx-secret' };
export const influx2Token = 'influx-token-secret';

/**
 * A real HTTP server that behaves like InfluxDB 1.x and 2.x where they are written to: checks who writes and where to,
 * reads every line strictly, remembers each field's type, and of several lines keeps the good ones (a partial write).
 */
export class InfluxSink {
  readonly lines: WrittenLine[] = [];
  private readonly types = new Map<string, string>();
  private writes = 0;
  private away: Answer | undefined;

  private constructor(readonly http: HttpSink) {}

  static async start(port = 0): Promise<InfluxSink> {
    const sink = new InfluxSink(await HttpSink.start(port));
    sink.http.answerAlways((request, response) => {
      (sink.away ?? sink.answerTo(request))(request, response);
    });
    return sink;
  }

  get port(): number {
    return this.http.port;
  }

  /** How often somebody tried to write. */
  get writeCount(): number {
    return this.writes;
  }

  /** Points as the database would have them: the last line of each series and time. */
  get points(): WrittenLine[] {
    const keyOf = ({ measurement, tags, time }: Line) => JSON.stringify([measurement, tags, time.toString()]);
    return [...new Map(this.lines.map((line) => [keyOf(line), line])).values()];
  }

  /** Answers so from now on; undefined: as ever. */
  behave(away: Answer | undefined): void {
    this.away = away;
  }

  close(): Promise<void> {
    return this.http.close();
  }

  private answerTo(request: ReceivedRequest): Answer {
    const { pathname, searchParams } = new URL(request.url, this.http.url);
    if (!mayEnter(request)) return answer(401, '{"error":"authorization failed"}');
    if (pathname === '/query' || pathname === '/api/v2/query')
      return answer(200, this.found(request.body + request.url));
    if (pathname === '/api/v2/write') {
      const { org, bucket } = Object.fromEntries(searchParams);
      if (org !== 'acme' || bucket !== 'climate')
        return answer(404, '{"code":"not found","message":"bucket not found"}');
    } else if (pathname !== '/write') return answer(404, 'page not found');
    else if (searchParams.get('db') !== accepts.database) return answer(404, '{"error":"database not found"}');
    return this.write(request.body);
  }

  private write(body: string): Answer {
    this.writes += 1;
    try {
      const lines = parseLines(body);
      const refused = lines.filter((line) => !this.take(line)).length;
      if (refused === 0) return answer(204);
      return answer(400, `{"error":"partial write: field type conflict dropped=${refused.toString()}"}`);
    } catch (error) {
      if (!(error instanceof LineRefused)) throw error;
      return answer(400, `{"error":"unable to parse: ${error.message.replaceAll('"', "'")}"}`);
    }
  }

  private take(line: Line): boolean {
    const typed = Object.entries(line.fields).map(
      ([name, value]) => [`${line.measurement} ${name}`, typeof value] as const,
    );
    if (typed.some(([key, type]) => (this.types.get(key) ?? type) !== type)) return false;
    typed.forEach(([key, type]) => this.types.set(key, type));
    this.lines.push({ ...line, write: this.writes });
    return true;
  }

  /** Names the measurements it has that the query names. */
  private found(query: string): string {
    const names = [...new Set(this.lines.map(({ measurement }) => measurement))];
    return JSON.stringify({ results: names.filter((name) => query.includes(name)) });
  }
}

function mayEnter({ url, headers }: ReceivedRequest): boolean {
  if (url.startsWith('/api/v2/')) return headers.authorization === `Token ${influx2Token}`;
  const basic = Buffer.from(`${accepts.username}:${accepts.password}`).toString('base64');
  return headers.authorization === `Basic ${basic}`;
}
