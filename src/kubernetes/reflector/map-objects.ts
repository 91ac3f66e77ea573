import type { KubeObject } from '../kube-exchange.js';

/** What objects stand for; one that `map` throws on is reported and left out. */
export function mapObjects<Item>(
  objects: readonly KubeObject[],
  {
    map,
    onFault,
  }: {
    readonly map: (object: KubeObject) => Item;
    readonly onFault: (error: unknown) => void;
  },
): Item[] {
  return objects.flatMap((object) => {
    try {
      return [map(object)];
    } catch (error) {
      onFault(error);
      return [];
    }
  });
}
