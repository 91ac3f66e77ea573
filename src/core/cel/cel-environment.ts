import { type ASTNode, Environment, Optional } from '@marcbachmann/cel-js';
import { limits } from '../limits.js';
import { OWN, ownFunctions } from './cel-functions.js';
import { ongoing, TooMuchWork } from './cel-work.js';

export type CelVariable = 'claims' | 'user' | 'secret';

const options = {
  enableOptionalTypes: true,
  unlistedVariablesAreDyn: false,
  limits: { maxAstNodes: limits.celNodesMax },
} as const;

const sync = { async: false } as const;

export const environments: Readonly<Record<CelVariable, Environment>> = {
  claims: boundedEnvironment().registerVariable('claims', 'map<string, dyn>'),
  secret: boundedEnvironment().registerVariable('secret', 'map<string, string>'),
  user: boundedEnvironment().registerVariable({
    name: 'user',
    schema: {
      username: 'string',
      uid: 'string',
      groups: 'list<string>',
      extra: 'map<string, list<string>>',
    },
  }),
};

function boundedEnvironment(): Environment {
  const environment = new Environment(options);
  for (const [signature, handler] of Object.entries(ownFunctions)) {
    environment.registerFunction(signature.replace(/\w+\(/, `${OWN}$&`), handler, sync);
  }
  return countSteps(environment);
}

/** Evaluator of an environment's expressions; every step goes through both methods. */
interface Evaluator {
  run(node: ASTNode, context: unknown): unknown;
  tryEval(node: ASTNode, context: unknown): unknown;
}
interface EvaluatedNode {
  evaluate(evaluator: Evaluator, node: ASTNode, context: unknown): unknown;
}

/** Counts steps: a macro receives the evaluator of its environment, which no other way does. */
function countSteps(environment: Environment): Environment {
  environment.registerFunction(`${OWN}evaluator(ast): dyn`, () => ({
    typeCheck: (checker: { getType(name: string): unknown }) => checker.getType('dyn'),
    evaluate: (evaluator: Evaluator) => {
      replaceSteps(evaluator);
      return true;
    },
  }));
  environment.evaluate(`${OWN}evaluator(true)`);
  return environment;
}

function replaceSteps(evaluator: Evaluator): void {
  evaluator.run = (node, context) => {
    const { work, costs, errorSteps } = ongoing();
    const cost = costs.get(node);
    work.spend(cost?.steps ?? 1);
    const value = (node as unknown as EvaluatedNode).evaluate(evaluator, node, context);
    if (cost?.value === 'all') work.spendOnAll(value);
    else if (cost?.value === 'made') work.spendOnMade(value);
    // An absent index is an internal error, which nothing else sees.
    if (node.op.startsWith('[') && isNone(value)) work.spend(errorSteps);
    return value;
  };
  evaluator.tryEval = (node, context) => {
    try {
      return evaluator.run(node, context);
    } catch (error) {
      if (error instanceof TooMuchWork) throw error;
      ongoing().work.spend(ongoing().errorSteps);
      return error;
    }
  };
}

function isNone(value: unknown): boolean {
  return value instanceof Optional && !value.hasValue();
}
