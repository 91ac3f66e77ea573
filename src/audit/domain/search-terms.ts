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

/** What a call has many of. */
export type NameKind = 'key' | 'group' | 'mark';

export interface ColumnTerm {
  readonly on: 'column';
  readonly column: TermColumn;
  /** Any of these, or what begins with any of the prefixes. */
  readonly values: readonly (string | number)[];
  readonly prefixes: readonly string[];
}

export interface NameTerm {
  readonly on: 'name';
  readonly kind: NameKind;
  readonly pattern: NamePattern;
}

/** One Secret, wholly named: it has an index of its own. */
export interface SecretTerm {
  readonly on: 'secret';
  readonly namespace: string;
  readonly secret: string;
}

/** One audit id; it may be that of many reports of the cluster, whose callers choose it. */
export interface AuditIdTerm {
  readonly on: 'auditId';
  readonly auditId: string;
  readonly source: AuditFilter['source'];
}

/** One thing that must hold of an event; its time is no term. */
export type Term = ColumnTerm | NameTerm | SecretTerm | AuditIdTerm;

/** The parts of a filter, which must all hold; undefined where nothing can match. */
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

/** Whether an index lists the events of a term; what nearly all events share has none. */
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
