import { buildSchema, type ExecutionResult, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { executeSubscription } from '../../../../src/platform/graphql/execute-subscription.js';

const schema = buildSchema('type Query { a: Int } type Subscription { counted: Int }');

/** Subscribes to what `source` gives; each event is shown by its context. */
async function results(source: AsyncIterable<unknown>, contexts: number[] = []) {
  const counted = schema.getSubscriptionType()?.getFields()['counted'];
  if (!counted) throw new TypeError('the schema has no such field');
  counted.subscribe = () => source;
  counted.resolve = (event: { n: number }, _args, context: { n: number }) => {
    if (event.n < 0) throw new Error('not this one');
    return event.n * context.n;
  };
  let made = 0;
  const executed = await executeSubscription(
    { schema, document: parse('subscription { counted }'), contextValue: { n: 0 } },
    () => {
      made += 1;
      contexts.push(made);
      return { n: made };
    },
  );
  if (!('next' in executed)) throw new TypeError(JSON.stringify(executed));
  return executed;
}

async function* numbers(...given: number[]) {
  for (const n of given) yield { n };
}

describe('a subscription', () => {
  it('is executed once an event, in a context of its own', async () => {
    const contexts: number[] = [];
    const told: ExecutionResult[] = [];
    for await (const result of await results(numbers(10, 10, 10), contexts)) told.push(result);
    expect(told.map(({ data }) => data?.['counted'])).toEqual([10, 20, 30]);
    expect(contexts).toEqual([1, 2, 3]);
  });

  it('goes on behind an event that fails', async () => {
    const executed = await results(numbers(-1, 5));
    expect((await executed.next()).value).toMatchObject({ data: { counted: null } });
    expect((await executed.next()).value).toMatchObject({ data: { counted: 10 } });
  });

  it('ends its source at once, also while that is waited for', async () => {
    const { promise, resolve } = Promise.withResolvers<IteratorResult<unknown>>();
    const done = { done: true, value: undefined } as const;
    const source = {
      next: () => promise,
      return: async () => {
        resolve(done);
        return done;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
    const executed = await results(source);
    const next = executed.next();
    await executed.return(undefined);
    expect(await next).toMatchObject({ done: true });
  });

  it('fails where its source does', async () => {
    const failing = (async function* () {
      yield { n: 1 };
      throw new Error('over');
    })();
    const executed = await results(failing);
    await executed.next();
    await expect(executed.next()).rejects.toThrow('over');
  });

  it('is a result where it cannot begin', async () => {
    const executed = await executeSubscription(
      { schema, document: parse('subscription ($n: Int!) { counted @include(if: true) }') },
      () => undefined,
    );
    const { errors = [] } = executed as ExecutionResult;
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('$n')]);
  });
});
