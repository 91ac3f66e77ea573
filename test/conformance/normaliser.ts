const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const microTime = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z/g;
const wholeTime = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;
const jwt = /eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g;
const objectInMessage = /Invalid value: "\{\\"(apiVersion|kind|data).*?\}": /gs;
const sortedMembers = new Set(['managedFields', 'causes']);
const age = /^(\d+[smhd])+$/;

type Members = Readonly<Record<string, unknown>>;

/**
 * Replaces what must differ between two servers, or two runs on one: addresses, times, tokens and
 * chosen names. Identifiers and versions become numbers of first appearance, so that it still
 * shows which ones are equal.
 */
export class Normaliser {
  readonly #uids = new Map<string, string>();
  readonly #versions = new Map<string, Map<string, string>>();
  readonly #masks: [text: string, mask: string][];

  constructor(masks: Readonly<Record<string, string>>) {
    this.#masks = Object.entries(masks);
  }

  /** From now on `mask` stands for `text`. */
  mask(text: string, mask: string): void {
    this.#masks.push([text, mask]);
  }

  /** A copy of JSON with all that varies replaced. */
  value(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.value(item));
    if (typeof value !== 'object' || value === null) return value;
    this.#learnGeneratedName(value as Members);
    const members = Object.entries(value).map(([name, member]) => {
      return [this.text(name), this.#member(name, member, value as Members)] as const;
    });
    return Object.fromEntries(members);
  }

  text(text: string): string {
    const masked = this.#masks.reduce((so, [from, mask]) => so.replaceAll(from, mask), text);
    return masked
      .replace(uuid, (uid) => numbered(this.#uids, uid, 'uid'))
      .replace(microTime, '<microtime>')
      .replace(wholeTime, '<time>')
      .replace(objectInMessage, 'Invalid value: <object>: ')
      .replace(/X509SHA256=[0-9a-f]{64}/g, 'X509SHA256=<hash>')
      .replace(jwt, '<jwt>')
      .replace(/(current: |resource version: \d+ \(|in record \()\d+/g, '$1<version>');
  }

  #member(name: string, member: unknown, owner: Members): unknown {
    if (name === 'metadata' && isListMetadata(owner)) return this.#listMetadata(member as Members);
    if (name === 'resourceVersion' && typeof member === 'string' && /^[1-9]/.test(member)) {
      return this.#version(member, owner);
    }
    if (name === 'object' && owner['type'] === 'BOOKMARK') return this.#bookmark(member as Members);
    if (name === 'storageVersionHash') return '<hash>';
    if (sortedMembers.has(name) && Array.isArray(member)) return this.#sorted(name, member);
    if (name === 'cells' && Array.isArray(member)) {
      return member.map((cell) => (age.test(String(cell)) ? '<age>' : this.value(cell)));
    }
    return this.value(member);
  }

  /**
   * The server sorts managedFields by time, and which writes share a second is chance; conflicts
   * come in no order at all.
   */
  #sorted(name: string, members: readonly unknown[]): unknown {
    const entries = members.map((entry) => this.value(entry));
    const isOrdered =
      name === 'causes' && !JSON.stringify(entries).includes('FieldManagerConflict');
    if (isOrdered) return entries;
    return entries.toSorted((a, b) => compare(canonical(a), canonical(b)));
  }

  /** Counted for each object: one write too many must not show at all other objects. */
  #version(version: string, { uid, name }: Members): string {
    const key = String(uid ?? name);
    const known = this.#versions.get(key) ?? new Map<string, string>();
    this.#versions.set(key, known);
    return numbered(known, version, 'version');
  }

  #listMetadata(metadata: Members): unknown {
    const { resourceVersion, continue: token, ...rest } = metadata;
    return {
      ...(this.value(rest) as Members),
      ...(resourceVersion === undefined ? {} : { resourceVersion: '<list version>' }),
      ...(token === undefined || token === '' ? {} : { continue: '<continue>' }),
    };
  }

  #bookmark(object: Members): unknown {
    const metadata = { ...(object['metadata'] as Members), resourceVersion: '<bookmark version>' };
    return this.value({ ...object, metadata });
  }

  #learnGeneratedName(object: Members): void {
    const { generateName, name } = object;
    if (typeof generateName !== 'string' || typeof name !== 'string') return;
    if (/^[a-z0-9]{5}$/.test(name.slice(-5))) this.mask(name, `${generateName}<generated>`);
  }
}

function isListMetadata({ kind, items, rows }: Members): boolean {
  return Array.isArray(items) || (kind === 'Table' && (Array.isArray(rows) || rows === null));
}

function numbered(known: Map<string, string>, text: string, name: string): string {
  const number = known.get(text) ?? `<${name} ${known.size + 1}>`;
  known.set(text, number);
  return number;
}

/** JSON with members in the order of their names: servers need not agree on another. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => compare(a, b)));
  });
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
