import {
  type ExecutionArgs,
  type ExecutionResult,
  createSourceEventStream,
  execute,
} from 'graphql';

type Results = AsyncGenerator<ExecutionResult, void, void>;

/**
 * Works like graphql-js' `subscribe`, but each event has its own context, so that limits and caches
 * of a request apply to each event. Ends its source before it waits for it.
 */
export async function executeSubscription(
  args: ExecutionArgs,
  contextOfEvent: () => unknown,
): Promise<Results | ExecutionResult> {
  const source = await createSourceEventStream(args);
  if (!isAsyncIterable(source)) return source;
  const events = source[Symbol.asyncIterator]();
  const resultOf = (event: unknown): Promise<ExecutionResult> =>
    Promise.resolve(execute({ ...args, rootValue: event, contextValue: contextOfEvent() }));
  const over = async (): Promise<IteratorReturnResult<undefined>> => {
    await events.return?.();
    return { done: true, value: undefined };
  };
  const results: Results = {
    async next() {
      const event = await events.next();
      return event.done === true ? over() : { done: false, value: await resultOf(event.value) };
    },
    return: over,
    async throw(error) {
      await over();
      throw error;
    },
    [Symbol.asyncIterator]: () => results,
    [Symbol.asyncDispose]: async () => void (await over()),
  };
  return results;
}

function isAsyncIterable(source: object): source is AsyncIterable<unknown> {
  return Symbol.asyncIterator in source;
}
