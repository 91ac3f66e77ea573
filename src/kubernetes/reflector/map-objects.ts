import type { KubeObject } from '../kube-exchange.js';

/** Maps objects; reports and leaves out an object on which `map` throws. */
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
