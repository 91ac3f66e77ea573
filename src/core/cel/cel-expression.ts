import type { ASTNode, ParseResult } from '@marcbachmann/cel-js';
import { limits } from '../limits.js';
import { PatternProblem } from '../patterns/compile-pattern.js';
import { type CelVariable, environments } from './cel-environment.js';
import { OWN, REPLACED } from './cel-functions.js';
import { type CelPatterns, OwnPatterns } from './cel-patterns.js';
import { positionOf } from './cel-position.js';
import { CelWork, counted, type NodeCost } from './cel-work.js';

/** Reason that an expression cannot be used, for its author. */
export class ExpressionProblem extends Error {
  override readonly name = 'ExpressionProblem';
}

/** A compiled expression over one variable. */
export interface CelExpression {
  /** Static type of its result; `dyn` if only the evaluation knows. */
  readonly type: string;
  /** Evaluates; throws if there is no value for this input, and TooMuchWork beyond the budget. */
  evaluate(variable: unknown, work?: CelWork): unknown;
  /** Reports whether it reads this member of its variable. */
  selects(member: string): boolean;
  /** Members of its variable that it reads by name; undefined if it may read any. */
  readonly members: ReadonlySet<string> | undefined;
}

const LOOPS = new Set(['all', 'exists', 'exists_one', 'existsOne', 'map', 'filter']);

/**
 * Compiles and type-checks; throws ExpressionProblem. `patterns` receives the patterns of the
 * expression, and bounds them.
 */
export function compileExpression(
  source: string,
  variable: CelVariable,
  patterns: CelPatterns = new OwnPatterns(),
): CelExpression {
  if (source.length > limits.celCharactersMax) {
    throw new ExpressionProblem(`is longer than ${limits.celCharactersMax} characters`);
  }
  const program = parsed(source, variable);
  const members = new Set<string>();
  const costs = new Map<ASTNode, NodeCost>();
  prepare(program.ast, { source, variable, members, patterns, costs, loops: 0, isTaken: false });
  const isNamed = onlyNames(program.ast, variable);
  const check = program.check();
  if (!check.valid)
    throw new ExpressionProblem(`does not compile: ${causeOf(check.error, source)}`);
  const errorSteps = ERROR_STEPS + Math.floor(source.length / ERROR_CHARACTERS_PER_STEP);
  return {
    type: String(check.type),
    evaluate: (value, work = new CelWork()) =>
      counted({ work, costs, patterns, errorSteps }, () => program({ [variable]: value })),
    selects: (member) => members.has(member),
    members: isNamed ? members : undefined,
  };
}

function parsed(source: string, variable: CelVariable): ParseResult {
  try {
    return environments[variable].parse(source);
  } catch (error) {
    throw new ExpressionProblem(`does not parse: ${causeOf(error, source)}`);
  }
}

interface Walk {
  readonly source: string;
  readonly variable: CelVariable;
  readonly members: Set<string>;
  readonly patterns: Pick<CelPatterns, 'add'>;
  readonly costs: Map<ASTNode, NodeCost>;
  readonly loops: number;
  /** Whether an operation around this node consumes its value. */
  readonly isTaken: boolean;
}

/** Prepares before type checks: unescapes names, replaces functions, notes costs, counts loops. */
function prepare(node: ASTNode, walk: Walk): void {
  const value = walk.isTaken ? 'all' : MAKERS.has(node.op) ? 'made' : 'none';
  walk.costs.set(node, { steps: stepsOf(node), value });
  let { loops } = walk;
  if (node.op === '.' || node.op === '.?') {
    const [target, name] = node.args as [ASTNode, string];
    const member = unescapeName(name);
    node.args[1] = member;
    if (isVariable(target, walk.variable)) walk.members.add(member);
  } else if (isIndex(node)) {
    const [target, index] = node.args as [ASTNode, ASTNode];
    if (isVariable(target, walk.variable) && isText(index)) walk.members.add(index.args);
  } else if (node.op === 'call' || node.op === 'rcall') {
    if (node.op === 'rcall' && LOOPS.has(node.args[0])) loops += 1;
    if (loops > limits.celLoopDepthMax) {
      throw new ExpressionProblem(`has more than ${limits.celLoopDepthMax} loops in each other`);
    }
    replaceFunction(node, walk);
  }
  const isTaken = TAKERS.has(node.op);
  for (const inner of nodesIn(node.args)) prepare(inner, { ...walk, loops, isTaken });
}

/** Reports whether the variable is read only by members with plain names, which are noted. */
function onlyNames(node: ASTNode, variable: CelVariable): boolean {
  if (isVariable(node, variable)) return false;
  if (node.op === '.' || node.op === '.?' || isIndex(node)) {
    const [target, member] = node.args as [ASTNode, ASTNode | string];
    const isNamed = typeof member === 'string' || isText(member);
    if (isNamed && isVariable(target, variable)) return true;
  }
  return nodesIn(node.args).every((inner) => onlyNames(inner, variable));
}

function isIndex(node: ASTNode): boolean {
  return node.op === '[]' || node.op === '[?]';
}

function isText(node: ASTNode): node is ASTNode & { readonly op: 'value'; readonly args: string } {
  return node.op === 'value' && typeof node.args === 'string';
}

function isVariable(node: ASTNode, variable: CelVariable): boolean {
  return node.op === 'id' && node.args === variable;
}

const MAKERS = new Set<string>(['call', 'rcall', 'list', 'map', '+']);
const COMPARISONS = ['==', '!=', 'in', '<', '<=', '>', '>='];
const TAKERS = new Set<string>(['call', 'rcall', '+', ...COMPARISONS]);

/** Cost of an error: about 30 us, and more if there is much to quote. */
const ERROR_STEPS = 600;
const ERROR_CHARACTERS_PER_STEP = 4;
const CALL_STEPS = 8;
/** Conversions of another time zone use a text, in about 140 us. */
const TIME_ZONE_STEPS = 3_000;

function stepsOf(node: ASTNode): number {
  if (node.op === 'call') return CALL_STEPS;
  if (node.op !== 'rcall') return 1;
  const [name, , args] = node.args;
  return name.startsWith('get') && args.length > 0 ? TIME_ZONE_STEPS : CALL_STEPS;
}

type CallNode = Extract<ASTNode, { op: 'call' | 'rcall' }>;

/** Replaces the library's function of this name; refuses some functions completely. */
function replaceFunction(node: CallNode, { source, patterns }: Walk): void {
  const [name] = node.args;
  const problem = (cause: string, at: ASTNode = node): ExpressionProblem =>
    new ExpressionProblem(`does not compile: ${positionOf(at, source)}${cause}`);
  if (UNKNOWN.has(name) || name.startsWith(OWN)) throw problem(`there is no function '${name}'`);
  if (node.op === 'rcall' && name === 'matches') {
    const [pattern] = node.args[2];
    notePattern(pattern, patterns, (cause) => problem(cause, pattern));
  }
  if (REPLACED.has(name)) node.args[0] = OWN + name;
}

/** Functions of the library, not of CEL: they make values of any shape out of a text. */
const UNKNOWN = new Set(['json']);

/** Allows only patterns in the expression itself: a pattern in the token could be of any size. */
function notePattern(
  node: ASTNode | undefined,
  patterns: Pick<CelPatterns, 'add'>,
  problem: (cause: string) => ExpressionProblem,
): void {
  if (node?.op !== 'value' || typeof node.args !== 'string') {
    throw problem('the pattern of matches must be a plain text');
  }
  try {
    patterns.add(node.args);
  } catch (error) {
    if (error instanceof PatternProblem) throw problem(`the pattern ${error.message}`);
    throw problem(`no pattern: ${firstLine(error)}`);
  }
}

function nodesIn(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn);
  const isNode = typeof args === 'object' && args !== null && 'op' in args;
  return isNode ? [args as ASTNode] : [];
}

const ESCAPES: Readonly<Record<string, string>> = {
  underscores: '__',
  dot: '.',
  dash: '-',
  slash: '/',
};

/**
 * Unescapes members that are no identifiers, as in `claims.example__dot__com`.
 * https://kubernetes.io/docs/reference/using-api/cel/#escaping
 */
function unescapeName(name: string): string {
  return name.replaceAll(/__(underscores|dot|dash|slash)__/g, (text, word: string) => {
    return ESCAPES[word] ?? text;
  });
}

/** Returns what the library says about a mistake, with its position in the expression. */
function causeOf(error: unknown, source: string): string {
  const { range } = error as { readonly range?: { readonly start: number } };
  return positionOf(range, source) + firstLine(error);
}

function firstLine(error: unknown): string {
  const { summary, message } = error as { readonly summary?: string; readonly message?: string };
  const [line = ''] = String(summary ?? message ?? error).split('\n', 1);
  return line.replaceAll(OWN, '');
}
