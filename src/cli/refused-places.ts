import type { SallyportError } from '@sallyport/client';

type RefusedPlace = SallyportError['errors'][number];

/** Words of the user, by the name of the parameter that each became. */
export type WrittenWords = Readonly<Record<string, string>>;

/** Places in the address of a request, which the user has not written. */
const ADDRESS = /^\/(?:path|query)\/([^/]+)/;

/** Reports whether a message lacks a refused place of the request. */
export function isUnsaid({ pointer, reason }: RefusedPlace, message: string): boolean {
  return !message.includes(pointer) && !(ADDRESS.test(pointer) && message.includes(reason));
}

/** Returns a refused place for people. The reason alone says what is wrong with an address. */
export function placeText({ pointer, reason }: RefusedPlace): string {
  return ADDRESS.test(pointer) ? reason : `${pointer} ${reason}`;
}

/** Returns a text with parameters in place of the addresses at the beginning of its parts. */
export function withParameters(
  text: string,
  errors: readonly RefusedPlace[],
  written: WrittenWords,
): string {
  return errors.reduce((changed, { pointer }) => {
    const [, parameter] = ADDRESS.exec(pointer) ?? [];
    if (parameter === undefined || !changed.startsWith(`${pointer}: `)) return changed;
    const word = Object.hasOwn(written, parameter) ? ` ${written[parameter]}` : '';
    return `${parameter}${word}${changed.slice(pointer.length)}`;
  }, text);
}
