import { Composer, type CST, type Document, isScalar, Parser, visit, type YAMLMap } from 'yaml';
import { documentLimits } from '../../../core/document-limits.js';
import { type Kind, ofText } from './kind.js';
import { noJson } from './json-mistake.js';
import { parsedJson } from './parsed-json.js';

const DOCUMENTS_MAX = 100;

export const jsonKind: Kind = {
  description: 'JSON without a member twice (RFC 8259).',
  bytesMax: 1_024 * 1_024,
  reasons: ofText((text) => {
    return parsedJson(text) === undefined ? [noJson(text)] : [];
  }),
};

export const yamlKind: Kind = {
  description: 'YAML 1.2 without a member twice.',
  bytesMax: documentLimits.yamlBytesMax,
  reasons: ofText((text) => {
    const documents = yamlDocuments(text);
    const isYaml = documents?.every((document) => hasAnchors(document));
    if (documents === undefined || isYaml === false) return ['must be YAML, with each member once'];
    return documents.length === 0 ? ['must have a document'] : [];
  }),
};

/** Returns the values of YAML documents; undefined if it is none, or has aliases. */
export function parsedYaml(text: string): readonly unknown[] | undefined {
  try {
    const documents = yamlDocuments(text);
    return documents?.map((document) => document.toJS({ maxAliasCount: 0 }) as unknown);
  } catch {
    return undefined;
  }
}

function yamlDocuments(text: string): readonly Document.Parsed[] | undefined {
  try {
    const tokens: CST.Token[] = [];
    for (const token of new Parser().parse(text)) {
      // Thousands of errors would take longer than the documents.
      if (token.type === 'error') return undefined;
      tokens.push(token);
    }
    // The check of the composer compares each pair of names.
    const options = { logLevel: 'silent', prettyErrors: false, uniqueKeys: false } as const;
    const documents: Document.Parsed[] = [];
    for (const document of new Composer(options).compose(tokens)) {
      const isRefused = document.errors.length > 0 || documents.length >= DOCUMENTS_MAX;
      if (isRefused || hasNameTwice(document)) return undefined;
      documents.push(document);
    }
    return documents;
  } catch {
    return undefined;
  }
}

function hasNameTwice(document: Document.Parsed): boolean {
  let isTwice = false;
  visit(document, {
    Map: (_key, { items }: YAMLMap) => {
      const names = new Set(items.map(({ key }) => (isScalar(key) ? key.value : key)));
      isTwice ||= names.size < items.length;
    },
  });
  return isTwice;
}

/** Tells whether each alias has its anchor before it. The aliases stay: they could be a bomb. */
function hasAnchors(document: Document.Parsed): boolean {
  const anchors = new Set<string | undefined>();
  let isComplete = true;
  const enter = (_key: unknown, { anchor }: { readonly anchor?: string }): void => {
    anchors.add(anchor);
  };
  visit(document, {
    Value: enter,
    Alias: (_key, { source }) => {
      isComplete &&= anchors.has(source);
    },
  });
  return isComplete;
}

const LINE = /^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.]*)[ \t]*=[ \t]*/;
const comment = /^\s*(?:#|$)/;

/** File of variables, as `docker --env-file`, `dotenv` and shells read it alike. */
export const dotenvKind: Kind = {
  description: 'Lines of NAME=value; quotes must be closed, and each name is there once.',
  bytesMax: 256 * 1_024,
  reasons: ofText((text) => {
    const names = new Set<string>();
    const reasons: string[] = [];
    const lines = text.split(/\r?\n/);
    for (let index = 0; index < lines.length; index += 1) {
      const line = lines[index] ?? '';
      if (comment.test(line)) continue;
      const start = index + 1;
      const [head = '', name = ''] = LINE.exec(line.trimStart()) ?? [];
      if (name === '') return [...reasons, `line ${start} must be NAME=value`];
      if (names.has(name)) reasons.push(`line ${start} sets a name again`);
      names.add(name);
      const end = endOfValue(lines, index, line.trimStart().slice(head.length));
      if (end === undefined) return [...reasons, `line ${start} has a quote that is not closed`];
      if (!comment.test(end.rest)) reasons.push(`line ${start} has text after its closing quote`);
      index = end.line;
    }
    return names.size === 0 ? ['must set a name'] : reasons;
  }),
};

interface ValueEnd {
  readonly line: number;
  /** Text after the closing quote. */
  readonly rest: string;
}

/** Returns where a value ends; undefined if its quote is not closed. */
function endOfValue(lines: readonly string[], start: number, value: string): ValueEnd | undefined {
  const [quote = ''] = value;
  if (quote !== '"' && quote !== "'") return { line: start, rest: '' };
  let rest = value.slice(1);
  for (let index = start; index < lines.length; index += 1) {
    const closed = closing(rest, quote);
    if (closed !== undefined) return { line: index, rest: rest.slice(closed + 1) };
    rest = lines[index + 1] ?? '';
  }
  return undefined;
}

/** Returns the position of the closing quote; in double quotes, a backslash escapes the next. */
function closing(text: string, quote: string): number | undefined {
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === quote) return index;
    if (text[index] === '\\' && quote === '"') index += 1;
  }
  return undefined;
}
