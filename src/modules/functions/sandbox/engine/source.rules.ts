/** After these a slash begins a regular expression; after any other name it divides. */
const BEFORE_EXPRESSION = new Set(
  'return typeof case in of delete void throw new instanceof else do yield await'.split(' '),
);
// None of these can fail after it has begun, so reading a source is linear in its length, whatever the source is.
const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy;
const NUMBER = /[0-9][0-9a-zA-Z_.]*/y;
const BLANK = /(?:\s|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))+/y;
const STRING = /'(?:\\[^]|[^'\\\n])*'?|"(?:\\[^]|[^"\\\n])*"?/y;
const REGEXP = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]?|[^/\\[\n])+\/?[a-z]*/y;

/**
 * Names that a source declares or assigns at its top level, in order: `function f`, `const f =`, `f = …`.
 *
 * The language does not tell a host which `const`s a script made, hence this reading of the text. It may name too much, for the caller asks the engine whether
 * a name is a function; an unusual text can make it name too little, and then such a function must bear one of the well-known names.
 */
export function declaredNames(source: string): string[] {
  const names: string[] = [];
  // Open brackets; a backtick on top means that the text of a template literal is being read.
  const open: string[] = [];
  let previous = '';
  let at = 0;

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };

  while (at < source.length) {
    if (open.at(-1) === '`') {
      at = readTemplate(source, at, open);
      previous = '`';
      continue;
    }
    if (take(BLANK) !== undefined) continue;
    const name = take(NAME);
    if (name !== undefined) {
      if (open.length === 0 && previous !== '.' && isDeclared(source, at, previous)) names.push(name);
      previous = name;
      continue;
    }
    const value =
      take(NUMBER) ?? take(STRING) ?? (source[at] === '/' && mayBeginRegExp(previous) ? take(REGEXP) : undefined);
    if (value !== undefined) {
      previous = ')';
      continue;
    }
    const mark = source[at++] ?? '';
    if (mark === '`' || mark === '(' || mark === '[' || mark === '{') open.push(mark);
    else if (mark === ')' || mark === ']' || mark === '}') open.pop();
    previous = mark;
  }
  return names;
}

function isDeclared(source: string, end: number, previous: string): boolean {
  if (previous === 'function') return true;
  BLANK.lastIndex = end;
  const next = BLANK.test(source) ? BLANK.lastIndex : end;
  return source[next] === '=' && source[next + 1] !== '=' && source[next + 1] !== '>';
}

function mayBeginRegExp(previous: string): boolean {
  if (previous === '' || BEFORE_EXPRESSION.has(previous)) return true;
  return !/[\p{ID_Continue}$)\]}`]$/u.test(previous);
}

/** Reads on inside a template literal, to its end or to the expression that interrupts it. */
function readTemplate(source: string, start: number, open: string[]): number {
  for (let at = start; at < source.length; at++) {
    const mark = source[at];
    if (mark === '\\') at++;
    else if (mark === '`') {
      open.pop();
      return at + 1;
    } else if (mark === '$' && source[at + 1] === '{') {
      open.push('{');
      return at + 2;
    }
  }
  return source.length;
}
