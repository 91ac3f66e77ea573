const CAUSES_MAX = 4;
const FRAMES_MAX = 20;
const FRAME = /^ {4}at .{1,300}$/;
const ERROR_CODE = /^[A-Z][A-Z0-9_]{1,63}$/;

/** Loggable facts about a thrown error: its kind and origin, never its message. */
export interface SafeCause {
  readonly name: string;
  readonly code?: string;
  readonly stack?: readonly string[];
}

/** Returns the error and its causes, outermost first. */
export function causeChain(thrown: unknown): readonly SafeCause[] {
  const chain: SafeCause[] = [];
  let next = thrown;
  while (next !== undefined && next !== null && chain.length < CAUSES_MAX) {
    chain.push(safeCause(next));
    next = next instanceof Error ? next.cause : undefined;
  }
  return chain;
}

/** Omits messages: messages of parsers, drivers and upstream servers quote input. */
export function safeCause(thrown: unknown): SafeCause {
  if (!(thrown instanceof Error)) return { name: typeof thrown };
  const { code } = thrown as { code?: unknown };
  const stack = framesOf(thrown);
  return {
    name: thrown.constructor.name || 'Error',
    ...(typeof code === 'string' && ERROR_CODE.test(code) ? { code } : {}),
    ...(stack.length > 0 ? { stack } : {}),
  };
}

/**
 * Returns the frames of the stack. It begins with the message, whose lines may look like frames:
 * all up to its end is cut. If the message is not found, because it was changed since, there are no
 * frames.
 */
function framesOf(error: Error): readonly string[] {
  const stack = typeof error.stack === 'string' ? error.stack : '';
  const at = stack.indexOf(error.message);
  if (at < 0) return [];
  return stack
    .slice(at + error.message.length)
    .split('\n')
    .filter((line) => FRAME.test(line))
    .slice(0, FRAMES_MAX)
    .map((line) => line.slice('    at '.length));
}
