import { type Document, isScalar, isCollection, visit, type YAMLError } from 'yaml';

/** Sentences for common faults; the texts of the parser can contain a part of a value. */
const sentences: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  BAD_ALIAS: 'a value that begins with * or & needs quotes',
  BAD_DQ_ESCAPE: 'a backslash in double quotes has a wrong character after it',
  BAD_INDENT: 'the indentation is wrong',
  BAD_SCALAR_START: 'a value that begins with this character needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a value with a colon needs quotes',
  DUPLICATE_KEY: 'a key is there twice',
  MISSING_CHAR: 'a quote, a bracket or a colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a colon is missing, or a value of several lines needs quotes',
  MULTIPLE_DOCS: 'a line of dashes begins a second document',
  TAB_AS_INDENT: 'tabs cannot indent',
  TAG_RESOLVE_FAILED: 'a value that begins with ! needs quotes',
};

/** Fault in YAML, without a part of the text. */
export interface YamlProblem {
  /** Where users look for it: the parser notices a quote without an end many lines later. */
  readonly offset: number;
  readonly sentence: string;
}

/** Returns what is wrong in a text, and where. */
export function yamlProblem(error: YAMLError, document: Document, text: string): YamlProblem {
  const opened = unclosedOffset(error.pos[0], document, text);
  return opened === undefined
    ? { offset: error.pos[0], sentence: sentences[error.code] ?? error.code }
    : { offset: opened, sentence: 'a quote or a bracket has no end' };
}

/** Returns the offset of the outermost quote or bracket that is still open at an offset. */
function unclosedOffset(at: number, document: Document, text: string): number | undefined {
  let opened: number | undefined;
  visit(document, {
    Node: (_key, node) => {
      const [start, end] = node.range ?? [];
      if (start === undefined || end !== at) return undefined;
      const isQuoted = isScalar(node) && (node.type ?? '').startsWith('QUOTE');
      if (!isQuoted && !(isCollection(node) && node.flow === true)) return undefined;
      if (end > start + 1 && text[end - 1] === ends[text[start] ?? '']) return undefined;
      opened = start;
      return visit.BREAK;
    },
  });
  return opened;
}

const ends: Readonly<Record<string, string>> = { '"': '"', "'": "'", '[': ']', '{': '}' };
