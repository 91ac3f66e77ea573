import { SallyportError, type WriteResult } from '@sallyport/client';
import { UsageError } from '../command.js';
import { exitCodes, failureOf } from '../exit-code.js';
import { conflictLines, editComment } from './edit-comments.js';
import {
  documentText,
  documentValues,
  InvalidDocument,
  isEmptyDocument,
  isSameText,
  withComment,
} from './edited-document.js';
import type { ValuesByKey } from './merge-edit.js';
import {
  type EditOutcome,
  type EditTarget,
  readState,
  type ReadState,
  writeEdit,
} from './write-edit.js';

/** Times that the editor opens: an editor that is a program could fail forever. */
const ROUNDS_MAX = 100;

export interface EditSurroundings {
  /** Lets the user edit a text. */
  readonly editText: (text: string) => Promise<string>;
  /** Whether the user can edit again after a fault. */
  readonly isInteractive: boolean;
  /** Asks whether to write the same text again; the message says what has failed. */
  readonly asksAgain: (message: string) => Promise<boolean>;
}

/** Text that the user gets, and why the edit fails if they leave it as it is. */
interface Offer {
  readonly base: ReadState;
  readonly text: string;
  readonly failure: ((text: string) => Error) | undefined;
}

/** Edits a Secret until it is written. Returns undefined if the user has changed nothing. */
export async function editSecret(
  target: EditTarget,
  { editText, isInteractive, asksAgain }: EditSurroundings,
): Promise<WriteResult | undefined> {
  const base = await readState(target);
  const { namespace, name } = target.secret;
  if (base.secret.immutable) throw new Error(`${namespace}/${name} is immutable: create another`);
  const comment = editComment(target.secret);
  let offer: Offer = {
    ...{ base, failure: undefined },
    text: documentText({ values: base.values, comment }),
  };
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const text = await editText(offer.text);
    if (isEmptyDocument(text)) throw new Error('the file is empty: nothing was written');
    // An editor that is a program can write the same text again, without the comment.
    if (isSameText(text, offer.text)) {
      if (offer.failure !== undefined) throw offer.failure(text);
      return undefined;
    }
    const next = await written(target, offer.base, text, isInteractive ? asksAgain : never);
    if (!('failure' in next)) return next.result;
    if (!isInteractive && next.failure !== undefined) throw next.failure(text);
    offer = next;
  }
  throw new Error(`the text is not valid after ${ROUNDS_MAX} edits: nothing was written`);
}

type Next = Offer | { readonly result: WriteResult | undefined };

const never = (): Promise<boolean> => Promise.resolve(false);

/** Writes a text, or returns what the user edits next. */
async function written(
  target: EditTarget,
  base: ReadState,
  text: string,
  asksAgain: EditSurroundings['asksAgain'],
): Promise<Next> {
  const again = (reason: string): string =>
    withComment(text, editComment(target.secret, [`Not written: ${reason}`]));
  const mine = checkedValues(text);
  if (mine instanceof InvalidDocument) {
    // Both comments have as many lines: the reason counts lines as the user sees them.
    const reason = reasonIn(again(mine.message));
    const failure = (left: string) => new UsageError(`${reasonIn(left)}: nothing was written`);
    return { base, failure, text: again(reason) };
  }
  const outcome = await writePatiently(() => writeEdit(target, base, mine), asksAgain);
  switch (outcome.kind) {
    case 'written':
      return { result: outcome.result };
    case 'unchanged':
      return { result: undefined };
    case 'refused':
      return {
        ...{ base, failure: () => outcome.error },
        text: again(failureOf(outcome.error).message),
      };
    case 'conflict':
      return afterConflict(target, { base, mine }, outcome);
  }
}

/** Writes again, as long as the gateway is away and the user wants so. */
async function writePatiently(
  write: () => Promise<EditOutcome>,
  asksAgain: EditSurroundings['asksAgain'],
): Promise<EditOutcome> {
  for (;;) {
    const outcome = await write();
    if (outcome.kind !== 'refused') return outcome;
    const { message, exitCode } = failureOf(outcome.error);
    if (exitCode !== exitCodes.unreachable || !(await asksAgain(message))) return outcome;
  }
}

function checkedValues(text: string): ValuesByKey | InvalidDocument {
  try {
    return documentValues(text);
  } catch (error) {
    if (error instanceof InvalidDocument) return error;
    throw error;
  }
}

/** Returns why a text is invalid. */
function reasonIn(text: string): string {
  const found = checkedValues(text);
  return found instanceof InvalidDocument ? found.message : 'the text is not valid';
}

function afterConflict(
  { secret }: EditTarget,
  { base, mine }: { readonly base: ReadState; readonly mine: ValuesByKey },
  { state, merged, conflicts }: EditOutcome & { readonly kind: 'conflict' },
): Offer {
  const { updatedBy } = state.secret;
  const theirs = new Map([...state.values].filter(([key]) => conflicts.includes(key)));
  const lines = conflictLines({
    ...{ base: base.values, mine, theirs: state.values, conflicts },
    writer: updatedBy ?? undefined,
  });
  const place = `${secret.namespace}/${secret.name}`;
  const message = `others have changed keys of ${place} that you have changed`;
  return {
    base: state,
    text: documentText({ values: merged, theirs, comment: editComment(secret, lines) }),
    failure: () =>
      new SallyportError('Conflict', `${message}: ${conflicts.join(', ')}; nothing was written`),
  };
}
