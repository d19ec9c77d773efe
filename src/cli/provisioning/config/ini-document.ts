import { ConfigMalformed, type ConfigDocument, type ConfigEntry } from './config-document.js';

interface Line {
  text: string;
  /** As it was found: a file keeps its kind of line ends, and its last line may have none. */
  end: string;
}

interface IniEntry extends ConfigEntry {
  section: string;
  key: string;
  indent: number;
  /** What stands before the value in its line. */
  prefix: string;
  quote: string;
  /** Lines, counted from 1, that go on with the value. */
  continuations: number[];
}

interface IniSection {
  line: number;
  /** Its last line that says something: a new key comes after it. */
  lastLine: number;
}

/**
 * `config.properties` as Python's configparser reads it, which document 004's script uses: `=` or `:`, whole lines of
 * comment after `#` or `;` (a password may hold either), values that go on in deeper lines. Besides, quotes around a value
 * are not part of it. A key that is there twice is refused: which of two passwords counts must not be a matter of luck.
 */
export class IniDocument implements ConfigDocument {
  private readonly lines: Line[];
  private readonly entries = new Map<string, IniEntry>();
  private readonly sections = new Map<string, IniSection>();

  constructor(text: string) {
    this.lines = [...text.matchAll(/([^\r\n]*)(\r\n|\n|\r|$)/g)].map(([, line = '', end = '']) => ({
      text: line,
      end,
    }));
    // The expression also finds the nothing after the last line end.
    if (this.lines.at(-1)?.text === '' && this.lines.length > 1) this.lines.pop();
    this.read();
  }

  find(section: string, key: string): ConfigEntry | undefined {
    return this.entries.get(nameOf(section, key));
  }

  lineOf(section: string): number | undefined {
    return this.sections.get(section.toLowerCase())?.line;
  }

  with(section: string, key: string, value: string): string {
    if (/[\r\n]/.test(value)) throw new Error('a value is one line');
    const known = this.entries.get(nameOf(section, key));
    if (known !== undefined) return this.replaced(known, value);
    const added = `${key} = ${written(value, '')}`;
    const home = this.sections.get(section.toLowerCase());
    return home === undefined
      ? this.inserted(this.lines.length, [`[${section}]`, added])
      : this.inserted(home.lastLine, [added]);
  }

  private read(): void {
    let section: string | undefined;
    let entry: IniEntry | undefined;
    this.lines.forEach(({ text }, index) => {
      const line = index + 1;
      const content = line === 1 ? text.replace(/^\uFEFF/, '') : text;
      const said = content.trim();
      if (said === '' || said.startsWith('#') || said.startsWith(';')) return;
      const indent = content.length - content.trimStart().length;
      if (entry !== undefined && indent > entry.indent) {
        entry.value += `\n${said}`;
        entry.continuations.push(line);
        this.extend(entry.section, line);
      } else if (said.startsWith('[')) {
        section = headerIn(said, line);
        entry = undefined;
        if (!this.sections.has(section)) this.sections.set(section, { line, lastLine: line });
        this.extend(section, line);
      } else {
        if (section === undefined) throw new ConfigMalformed(line, 'stands before the first [section]');
        entry = entryIn(text, content, { line, section, indent });
        this.add(entry);
      }
    });
  }

  private add(entry: IniEntry): void {
    const name = nameOf(entry.section, entry.key);
    const other = this.entries.get(name);
    if (other !== undefined) {
      throw new ConfigMalformed(entry.line, `[${entry.section}] ${entry.key} is already on line ${other.line}`);
    }
    this.entries.set(name, entry);
    this.extend(entry.section, entry.line);
  }

  private extend(section: string, line: number): void {
    const known = this.sections.get(section);
    if (known !== undefined) known.lastLine = line;
  }

  private replaced({ line, prefix, quote, continuations }: IniEntry, value: string): string {
    const gone = new Set(continuations);
    return this.lines
      .filter((_, index) => !gone.has(index + 1))
      .map(({ text, end }, index) => (index + 1 === line ? `${prefix}${written(value, quote)}${end}` : `${text}${end}`))
      .join('');
  }

  /** After so many lines, with the line ends of the others; what had none at the end of the file has none afterwards. */
  private inserted(after: number, added: readonly string[]): string {
    const end = this.lines.find((line) => line.end !== '')?.end ?? '\n';
    const lines = this.lines.map(({ text, end: own }) => ({ text, end: own }));
    const before = lines[after - 1];
    const last = before?.end === '' ? '' : end;
    if (before?.end === '' && before.text !== '') before.end = end;
    const inserts = added.map((text, index) => ({ text, end: index === added.length - 1 ? last : end }));
    lines.splice(after, 0, ...inserts);
    return lines.map((line) => `${line.text}${line.end}`).join('');
  }
}

function nameOf(section: string, key: string): string {
  return `${section.toLowerCase()}\n${key.toLowerCase()}`;
}

function headerIn(said: string, line: number): string {
  const name = /^\[([^\]]+)\]\s*(?:[#;].*)?$/.exec(said)?.[1]?.trim();
  if (name === undefined || name === '') throw new ConfigMalformed(line, 'a section is written [name]');
  return name.toLowerCase();
}

function entryIn(text: string, content: string, at: { line: number; section: string; indent: number }): IniEntry {
  const separator = content.search(/[=:]/);
  const key = separator < 0 ? '' : content.slice(0, separator).trim();
  if (key === '') throw new ConfigMalformed(at.line, 'is neither a comment nor `key = value`');
  const rest = content.slice(separator + 1);
  const value = rest.trim();
  const quote = quoteOf(value);
  const valueStart = text.length - rest.length + (value === '' ? rest.length : rest.indexOf(value));
  return {
    ...at,
    key: key.toLowerCase(),
    prefix: text.slice(0, valueStart),
    quote,
    value: quote === '' ? value : value.slice(1, -1),
    continuations: [],
  };
}

function quoteOf(value: string): string {
  const first = value.charAt(0);
  return value.length >= 2 && (first === '"' || first === "'") && value.endsWith(first) ? first : '';
}

/** In quotes where it was, and where it would be read back as something else. */
function written(value: string, quote: string): string {
  if (quote !== '') return `${quote}${value}${quote}`;
  return value !== value.trim() || quoteOf(value) !== '' ? `"${value}"` : value;
}
