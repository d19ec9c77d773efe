import { isPlainObject } from '../../../core/json/is-plain-object.js';
import { ConfigMalformed, type ConfigDocument, type ConfigEntry } from './config-document.js';

interface Span {
  /** Of the value, in the text. */
  start: number;
  end: number;
  line: number;
}

interface JsonEntry extends Span {
  /** Undefined: null, which is as good as nothing. */
  value: string | undefined;
  /** What stands between the one before and its key: a new key is set apart like the last. */
  gap: string;
}

interface JsonSection extends Span {
  gap: string;
  entries: Map<string, JsonEntry>;
}

interface Token {
  text: string;
  start: number;
  end: number;
}

/** The same configuration as JSON: an object of sections. One value is set in the text itself, the rest stays as it was typed. */
export class JsonDocument implements ConfigDocument {
  private readonly sections = new Map<string, JsonSection>();
  private readonly root: { start: number; end: number };

  constructor(private readonly text: string) {
    const content = text.replace(/^\uFEFF/, '');
    if (!isPlainObject(parsed(content))) throw new ConfigMalformed(1, 'is no JSON object of sections');
    const tokens = tokensOf(text);
    this.root = { start: tokens[0]?.start ?? 0, end: tokens.at(-1)?.end ?? 0 };
    membersOf(tokens, 0, text).forEach(({ key, gap, from, value, line }) => {
      if (value.text !== '{') return;
      const entries = new Map<string, JsonEntry>();
      for (const member of membersOf(tokens, from, text)) {
        const raw = text.slice(member.value.start, member.value.end);
        const name = member.key.toLowerCase();
        if (entries.has(name)) throw new ConfigMalformed(member.line, `[${key}] ${member.key} is there twice`);
        entries.set(name, { ...spanOf(member), gap: member.gap, value: valueOf(raw) });
      }
      if (this.sections.has(key.toLowerCase())) throw new ConfigMalformed(line, `[${key}] is there twice`);
      this.sections.set(key.toLowerCase(), { start: value.start, end: value.end, line, gap, entries });
    });
  }

  find(section: string, key: string): ConfigEntry | undefined {
    const entry = this.sections.get(section.toLowerCase())?.entries.get(key.toLowerCase());
    return entry?.value === undefined ? undefined : { value: entry.value, line: entry.line };
  }

  lineOf(section: string): number | undefined {
    return this.sections.get(section.toLowerCase())?.line;
  }

  with(section: string, key: string, value: string): string {
    const home = this.sections.get(section.toLowerCase());
    const known = home?.entries.get(key.toLowerCase());
    if (known !== undefined) return this.spliced(known.start, known.end, JSON.stringify(value));
    const member = `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    if (home !== undefined) return this.appended(home, [...home.entries.values()], member);
    return this.appended(this.root, [...this.sections.values()], `${JSON.stringify(section)}: { ${member} }`);
  }

  private appended(
    home: { start: number; end: number },
    members: readonly JsonEntry[] | readonly JsonSection[],
    member: string,
  ): string {
    const last = members.at(-1);
    if (last !== undefined) return this.spliced(last.end, last.end, `,${last.gap}${member}`);
    const isEmpty = this.text.slice(home.start + 1, home.end - 1).trim() === '';
    return this.spliced(home.start + 1, home.start + 1, isEmpty ? ` ${member} ` : ` ${member},`);
  }

  private spliced(start: number, end: number, text: string): string {
    return this.text.slice(0, start) + text + this.text.slice(end);
  }
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    // Of the message only the position: it quotes what is around, and that may be a password.
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const line = position === undefined ? lineAt(content, content.length) : lineAt(content, Number(position));
    throw new ConfigMalformed(line, 'is not JSON from here on');
  }
}

/** Of text that is known to be JSON. */
function tokensOf(text: string): Token[] {
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s\uFEFF{}[\],:"]+/g)].map((match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

interface Member {
  key: string;
  gap: string;
  line: number;
  /** The token at which the value begins. */
  from: number;
  value: Token;
}

/** The members of the object that begins at this token. */
function membersOf(tokens: readonly Token[], opening: number, text: string): Member[] {
  const members: Member[] = [];
  for (let index = opening + 1; tokens[index] !== undefined && tokens[index]?.text !== '}';) {
    const key = tokens[index];
    const first = tokens[index + 2];
    if (key === undefined || first === undefined) break;
    const end = endOf(tokens, index + 2);
    const gap = text.slice(tokens[index - 1]?.end, key.start);
    const value = { ...first, end: tokens[end]?.end ?? first.end };
    members.push({ key: String(JSON.parse(key.text)), gap, line: lineAt(text, key.start), from: index + 2, value });
    index = end + (tokens[end + 1]?.text === ',' ? 2 : 1);
  }
  return members;
}

/** The last token of the value that begins at this one. */
function endOf(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let index = from; index < tokens.length; index += 1) {
    const text = tokens[index]?.text ?? '';
    if (text === '{' || text === '[') depth += 1;
    if (text === '}' || text === ']') depth -= 1;
    if (depth === 0) return index;
  }
  return tokens.length - 1;
}

function valueOf(raw: string): string | undefined {
  const said: unknown = JSON.parse(raw);
  if (said === null) return undefined;
  return typeof said === 'string' ? said : raw;
}

function spanOf({ value: { start, end }, line }: Member): Span {
  return { start, end, line };
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}
