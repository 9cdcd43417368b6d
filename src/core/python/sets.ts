/** All that lies in one of the sets; one that has it all is given as it is. */
export function union<T>(first: ReadonlySet<T>, ...others: readonly ReadonlySet<T>[]): ReadonlySet<T> {
  return others.reduce((all, other) => {
    if (other.size === 0 || other === all) return all;
    if (all.size === 0) return other;
    return new Set([...all, ...other]);
  }, first);
}
