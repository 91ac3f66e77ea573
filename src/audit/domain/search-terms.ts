import { type AuditFilter, type NamePattern, namePattern } from './audit-filter.js';

/** Columns of an entry that a filter compares. */
export type TermColumn =
  | 'namespace'
  | 'secret'
  | 'user'
  | 'credential_id'
  | 'source_ip'
  | 'action'
  | 'outcome'
  | 'code'
  | 'plane'
  | 'source';

/** Properties of which a call can have many. */
export type NameKind = 'key' | 'group' | 'mark';

export interface ColumnTerm {
  readonly on: 'column';
  readonly column: TermColumn;
  /** Any of these values, or any value with one of the prefixes. */
  readonly values: readonly (string | number)[];
  readonly prefixes: readonly string[];
}

export interface NameTerm {
  readonly on: 'name';
  readonly kind: NameKind;
  readonly pattern: NamePattern;
}

/** One Secret with its full name: it has its own index. */
export interface SecretTerm {
  readonly on: 'secret';
  readonly namespace: string;
  readonly secret: string;
}

/** One audit id; many reports of the cluster may share it, because callers choose it. */
export interface AuditIdTerm {
  readonly on: 'auditId';
  readonly auditId: string;
  readonly source: AuditFilter['source'];
}

/** Condition on an event; its time is not a term. */
export type Term = ColumnTerm | NameTerm | SecretTerm | AuditIdTerm;

/** Returns the parts of a filter, which must all match; undefined if nothing can match. */
export function termsOf(filter: AuditFilter): readonly Term[] | undefined {
  if (filter.action?.length === 0) return undefined;
  return [
    ...auditIdTerm(filter),
    ...placeTerms(filter),
    ...column('user', filter.user),
    ...column('credential_id', filter.credential),
    ...column('source_ip', filter.sourceIp),
    ...(filter.action === undefined ? [] : [anyOf('action', filter.action)]),
    ...exactly('outcome', filter.outcome),
    ...exactly('code', filter.code),
    ...exactly('plane', filter.plane),
    ...exactly('source', filter.source),
    ...name('key', filter.key),
    ...name('group', filter.group),
    ...name('mark', filter.mark),
  ];
}

/** Reports whether an index lists the events of a term; values of nearly all events have none. */
export function isIndexed(term: Term): boolean {
  if (term.on !== 'column') return true;
  if (term.column === 'outcome') return !term.values.includes('allowed');
  return term.column !== 'source' || !term.values.includes('gateway');
}

function auditIdTerm({ auditId, source }: AuditFilter): readonly Term[] {
  return auditId === undefined ? [] : [{ on: 'auditId', auditId, source }];
}

function placeTerms({ namespace, secret }: AuditFilter): readonly Term[] {
  const isWhole = (text: string | undefined) => text !== undefined && !namePattern(text).isPrefix;
  if (namespace !== undefined && secret !== undefined && isWhole(namespace) && isWhole(secret)) {
    return [{ on: 'secret', namespace, secret }];
  }
  return [...column('namespace', namespace), ...column('secret', secret)];
}

function column(of: TermColumn, given: string | undefined): readonly Term[] {
  return given === undefined ? [] : [anyOf(of, [given])];
}

function anyOf(of: TermColumn, given: readonly string[]): Term {
  const patterns = given.map(namePattern);
  const texts = (isPrefix: boolean) => [
    ...new Set(patterns.filter((one) => one.isPrefix === isPrefix).map(({ text }) => text)),
  ];
  return { on: 'column', column: of, values: texts(false), prefixes: texts(true) };
}

function exactly(of: TermColumn, value: string | number | undefined): readonly Term[] {
  return value === undefined ? [] : [{ on: 'column', column: of, values: [value], prefixes: [] }];
}

function name(kind: NameKind, given: string | undefined): readonly Term[] {
  return given === undefined ? [] : [{ on: 'name', kind, pattern: namePattern(given) }];
}
