import type { Random } from '../../conformance/scenarios/random.js';

/** A document as its text has it: members keep their order, and a name may come twice. */
export type Tree =
  | { readonly kind: 'object'; readonly members: readonly Member[] }
  | { readonly kind: 'list'; readonly items: readonly Tree[] }
  | { readonly kind: 'text'; readonly text: string }
  /** A number, a word, or what is none of JSON. */
  | { readonly kind: 'bare'; readonly text: string };

export type Member = readonly [name: string, value: Tree];

export const bare = (text: string): Tree => ({ kind: 'bare', text });

/** The tree of a value. */
export function treeOf(value: unknown): Tree {
  if (typeof value === 'string') return { kind: 'text', text: value };
  if (Array.isArray(value)) return { kind: 'list', items: value.map(treeOf) };
  if (typeof value !== 'object' || value === null) return bare(String(value));
  const members = Object.entries(value).map(([name, of]) => [name, treeOf(of)] as const);
  return { kind: 'object', members };
}

/** JSON in one of the many ways to write it. */
export function jsonText(tree: Tree, random: Random): string {
  const space = (): string => (random.isOne(12) ? random.pick([' ', '\n', '\t', '\r\n']) : '');
  switch (tree.kind) {
    case 'bare':
      return tree.text;
    case 'text':
      return quoted(tree.text, random);
    case 'list':
      return `[${space()}${tree.items.map((item) => jsonText(item, random)).join(`,${space()}`)}]`;
    case 'object': {
      const members = tree.members.map(
        ([name, value]) => `${quoted(name, random)}${space()}:${space()}${jsonText(value, random)}`,
      );
      return `{${members.join(`,${space()}`)}${space()}}`;
    }
  }
}

function quoted(text: string, random: Random): string {
  const plain = JSON.stringify(text);
  if (text === '' || !random.isOne(8)) return plain;
  const at = random.below(text.length);
  const code = text.charCodeAt(at).toString(16).padStart(4, '0');
  const escape = `\\u${random.isOne(2) ? code : code.toUpperCase()}`;
  const around = [text.slice(0, at), text.slice(at + 1)].map((part) => JSON.stringify(part));
  return `${around[0]?.slice(0, -1)}${escape}${around[1]?.slice(1)}`;
}

/** YAML 1.1 in flow style, with whatever JSON has not: bare names, tags, anchors, merge keys. */
export function yamlText(tree: Tree, random: Random): string {
  const anchors: string[] = [];
  const write = (of: Tree): string => {
    switch (of.kind) {
      case 'bare':
        return of.text;
      case 'text':
        return scalar(of.text, random);
      case 'list':
        return `[${of.items.map(write).join(', ')}]`;
      case 'object': {
        const members = of.members.map(([name, value]) => `${nameText(name)}: ${write(value)}`);
        const known = random.pick(anchors.length > 0 ? anchors : ['none']);
        if (anchors.length > 0 && random.isOne(6)) members.push(`<<: *${known}`);
        if (!random.isOne(5)) return `{${members.join(', ')}}`;
        const anchor = `a${anchors.length}`;
        const text = `&${anchor} {${members.join(', ')}}`;
        anchors.push(anchor);
        return text;
      }
    }
  };
  const nameText = (name: string): string => {
    if (name === '<<' || random.isOne(4)) return scalar(name, random);
    return /^[A-Za-z][\w.-]*$/.test(name) ? name : JSON.stringify(name);
  };
  const text = write(tree);
  return random.isOne(20) ? `---\n${text}\n---\n{}\n` : text;
}

function scalar(text: string, random: Random): string {
  const isPlain = /^[A-Za-z][\w.-]*$/.test(text);
  const style = random.below(6);
  if (style === 0 && isPlain) return text;
  if (style === 1) return `!!str ${JSON.stringify(text)}`;
  if (style === 2) return `'${text.replaceAll("'", "''")}'`;
  if (style === 3 && random.isOne(4)) return `!!binary ${Buffer.from(text).toString('base64')}`;
  return JSON.stringify(text);
}
