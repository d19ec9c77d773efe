import type { FieldError } from '../errors/app-error.js';

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface TextLimits {
  maxLength?: number;
  /** Its own words for what `pattern` wants. */
  pattern?: { matches: RegExp; wants: string };
}

const defaultMaxLength = 1_024;

/**
 * Takes one JSON object apart, field by field: each `take…` answers the value or notes what is wrong with it and where.
 * What nobody took is unknown, and `refuseUnknown` says so with its path.
 */
export class ObjectReader {
  private readonly left: Set<string>;

  constructor(
    private readonly value: Record<string, unknown>,
    /** Where it stands in the request; empty: it is the request. */
    readonly path: string,
    readonly errors: FieldError[],
  ) {
    this.left = new Set(Object.keys(value));
  }

  at(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }

  refuse(key: string, message: string): void {
    this.errors.push({ path: this.at(key), message });
  }

  /** `null` means the same as nothing: that is how a merge patch clears a field. */
  take(key: string): unknown {
    this.left.delete(key);
    return this.value[key] ?? undefined;
  }

  takeText(key: string, limits: TextLimits = {}): string | undefined {
    const value = this.take(key);
    if (value === undefined) return undefined;
    const { maxLength = defaultMaxLength, pattern } = limits;
    if (typeof value !== 'string') this.refuse(key, 'must be a text');
    else if (value.length > maxLength) this.refuse(key, `must be at most ${maxLength} characters`);
    else if (!value.isWellFormed() || value.includes('\u0000')) this.refuse(key, 'holds a character that is none');
    else if (pattern !== undefined && !pattern.matches.test(value)) this.refuse(key, pattern.wants);
    else return value;
    return undefined;
  }

  /** A text that cannot be missing or empty; answers '' after it noted that it is. */
  requireText(key: string, limits: TextLimits = {}): string {
    const errorsBefore = this.errors.length;
    const text = this.takeText(key, limits);
    if (text !== undefined && text !== '') return text;
    if (this.errors.length === errorsBefore) this.refuse(key, 'is required');
    return '';
  }

  takeNumber(key: string, min: number, max: number): number | undefined {
    const value = this.take(key);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && value >= min && value <= max) return value;
    this.refuse(key, `must be a number from ${min} to ${max}`);
    return undefined;
  }

  takeInteger(key: string, min: number, max: number): number | undefined {
    const value = this.take(key);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    this.refuse(key, `must be a whole number from ${min} to ${max}`);
    return undefined;
  }

  takeFlag(key: string): boolean | undefined {
    const value = this.take(key);
    if (value === undefined || typeof value === 'boolean') return value;
    this.refuse(key, 'must be true or false');
    return undefined;
  }

  takeOneOf<Choice extends string | number>(key: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.take(key);
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined && value !== undefined) this.refuse(key, `must be one of ${choices.join(', ')}`);
    return choice;
  }

  takeObject(key: string): ObjectReader | undefined {
    const value = this.take(key);
    if (value === undefined) return undefined;
    if (isObject(value)) return new ObjectReader(value, this.at(key), this.errors);
    this.refuse(key, 'must be an object');
    return undefined;
  }

  keys(): string[] {
    return Object.keys(this.value);
  }

  /** What is there and nobody took; null is nothing. */
  unread(): string[] {
    return [...this.left].filter((key) => this.value[key] !== undefined && this.value[key] !== null);
  }

  refuseUnknown(): void {
    for (const key of this.left) this.refuse(key, 'is not a known field');
  }
}

type Optional<Fields> = { [Key in keyof Fields]: undefined extends Fields[Key] ? Key : never }[keyof Fields];

/** The same fields, where those that may be undefined may be absent instead. */
export type Present<Fields> = Omit<Fields, Optional<Fields>> & {
  [Key in Optional<Fields>]?: Exclude<Fields[Key], undefined>;
};

/** Without the fields that are undefined, so that absent means absent in JSON and in the types. */
export function present<Fields extends object>(fields: Fields): Present<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<Fields>;
}
