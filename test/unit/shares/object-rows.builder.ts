import { isDeepStrictEqual } from 'node:util';
import { unavailable } from '../../../src/core/errors/sallyport-error.js';
import type {
  ObjectFacts,
  ObjectRecord,
  ObjectRecords,
  RecordedObject,
} from '../../../src/custom-resources/domain/object-records.js';

type Save = Parameters<ObjectRecords['saveFacts']>[1];

/** Rows of one database, which several processes of a test can have in common. */
export class Rows implements ObjectRecords {
  readonly facts = new Map<string, ObjectFacts>();
  readonly #resources = new Map<string, string>();
  /** Uids whose records were read, in order. */
  readonly gets: string[] = [];
  /** Facts in the order in which they were saved. */
  readonly saved: ObjectFacts[] = [];
  /** Runs before each save; throws if the database cannot be used. */
  beforeSave: (object: RecordedObject, save: Save) => void | Promise<void> = () => undefined;
  /** Runs after each save; throws if its answer is lost. */
  afterSave: () => void = () => undefined;
  beforeList: () => void | Promise<void> = () => undefined;
  isDown = false;

  async get(uid: string): Promise<ObjectRecord | undefined> {
    this.gets.push(uid);
    await this.#answer();
    const facts = this.facts.get(uid);
    return facts && { uid, specHash: null, author: null, facts };
  }

  async saveFacts(object: RecordedObject, save: Save): Promise<boolean> {
    await this.#answer();
    await this.beforeSave(object, save);
    if (!isDeepStrictEqual(this.facts.get(object.uid) ?? null, save.before)) return false;
    this.put(object, save.after);
    this.saved.push(save.after);
    this.afterSave();
    return true;
  }

  async list(resource: string, page: { readonly after: string; readonly limit: number }) {
    await this.#answer();
    await this.beforeList();
    return [...this.facts]
      .filter(([uid]) => this.#resources.get(uid) === resource && uid > page.after)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .slice(0, page.limit)
      .map(([uid, facts]) => ({ uid, specHash: null, author: null, facts }));
  }

  async remove(uid: string): Promise<void> {
    await this.#answer();
    this.facts.delete(uid);
  }

  saveAuthor(): Promise<void> {
    return Promise.reject(new Error('no test needs it'));
  }

  /** As another process does. */
  put({ uid, resource }: RecordedObject, facts: ObjectFacts): void {
    this.facts.set(uid, facts);
    this.#resources.set(uid, resource);
  }

  async #answer(): Promise<void> {
    await Promise.resolve();
    if (this.isDown) throw unavailable('the database cannot be used');
  }
}
