import { type FoundMark, markText, readMark, type RemoteMark } from '../../domain/remote-mark.js';
import { listOf, textOf } from '../json-values.js';

/** Tag that has the mark of the owner. AWS allows letters, digits, spaces and `_.:/=+-@` in it. */
const OWNER = 'sallyport.dev/owner';

/** Returns the tags that put a mark on a resource. */
export function tagsOf(mark: RemoteMark): readonly object[] {
  return [{ Key: OWNER, Value: markText(mark) }];
}

/** Returns the mark among the tags of a resource; AWS leaves out an empty list. */
export function markIn(tags: unknown): FoundMark {
  const owner = listOf(tags)?.find((tag) => tag['Key'] === OWNER);
  return owner === undefined ? undefined : readMark(textOf(owner['Value']) ?? '');
}
