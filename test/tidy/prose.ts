import { readFileSync } from 'node:fs';

/** A line of prose, with where it stands. */
export interface ProseLine {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** The lines of a Markdown page without code: no fenced blocks, no inline code, no link targets. */
export function proseOfPage(path: string): readonly ProseLine[] {
  let isCode = false;
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((text, index) => {
      const isFence = /^\s*(```|~~~)/.test(text);
      if (isFence) isCode = !isCode;
      if (isFence || isCode) return [];
      return [{ path, line: index + 1, text: withoutCode(text) }];
    });
}

/** The lines of comments in a TypeScript file, without the marks of comments. */
export function proseOfComments(path: string): readonly ProseLine[] {
  let isBlock = false;
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((source, index) => {
      const begins = /^\s*\/\*\*?/.test(source);
      const inBlock = isBlock || begins;
      isBlock = inBlock && !source.includes('*/');
      const single = /^\s*\/\/ ?(?<text>.*)$/.exec(source)?.groups?.['text'];
      if (!inBlock && single === undefined) return [];
      const text =
        single ?? source.replace(/^\s*(\/\*\*?|\*\/?)?\s?/, '').replace(/\s*\*\/\s*$/, '');
      return text.trim() === '' ? [] : [{ path, line: index + 1, text: withoutCode(text) }];
    });
}

/** First lines of the comments in a TypeScript file. */
export function firstLinesOfComments(path: string): readonly ProseLine[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((source, index) => {
    const sameLine = /^\s*\/\*\*\s+(?<text>.*?)(\s*\*\/)?$/.exec(source)?.groups?.['text'];
    const isOpen = /^\s*\/\*\*\s*$/.test(source);
    const next = /^\s*\*\s?(?<text>.*)$/.exec(lines[index + 1] ?? '')?.groups?.['text'];
    const text = sameLine ?? (isOpen ? next : undefined);
    return text === undefined ? [] : [{ path, line: index + 1, text }];
  });
}

/** Sentences of a page's paragraphs and list items; tables are left out. */
export function sentencesOf(lines: readonly ProseLine[]): readonly string[] {
  const paragraphs: string[] = [];
  for (const { text } of lines) {
    const isBreak = text.trim() === '' || /^\s*(#|\||[-*] |\d+\. )/.test(text);
    if (/^\s*\|/.test(text) || text.startsWith('#')) paragraphs.push('');
    else if (isBreak) paragraphs.push(text.replace(/^\s*([-*]|\d+\.) /, ''));
    else paragraphs.push(`${paragraphs.pop() ?? ''} ${text}`);
  }
  return paragraphs.flatMap((paragraph) => paragraph.split(/(?<=[.!?:])\s+(?=[A-Z`"*[])/));
}

export function wordCount(sentence: string): number {
  return sentence.split(/\s+/).filter((word) => /\w/.test(word)).length;
}

function withoutCode(text: string): string {
  return text.replace(/`[^`]*`/g, 'CODE').replace(/\]\([^)]*\)/g, ']');
}
