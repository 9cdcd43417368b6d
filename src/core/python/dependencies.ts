/** The statements that something depends on, and why. */
import { concerns, fileIn } from "./files";
import type { State, Variable } from "./flowState";
import { lastingChanges, otherChanges, withHeld } from "./things";

/** A statement that is depended on, and the names or resources that say why. */
export type Dependencies = ReadonlyMap<number, ReadonlySet<string>>;

/** Gathers the statements that something depends on, up to a statement. */
export class Dependency {
  readonly found = new Map<number, ReadonlySet<string>>();
  /** One set for all statements that there is only this reason for: a table that is changed over and over has many. */
  private readonly alone = new Map<string, ReadonlySet<string>>();

  constructor(private readonly until = Infinity) {}

  add(index: number, why: string): void {
    const reasons = this.found.get(index);
    if (reasons === undefined) this.found.set(index, this.only(why));
    else if (!reasons.has(why)) this.found.set(index, new Set(reasons).add(why));
  }

  private only(why: string): ReadonlySet<string> {
    const known = this.alone.get(why) ?? new Set([why]);
    this.alone.set(why, known);
    return known;
  }

  /** Adds what the value of a variable depends on; of a step of a pipeline, none of its fits: that reads nothing of it yet. */
  variable(name: string, { binders, things }: Variable, isStep = false): void {
    for (const index of binders) this.add(index, name);
    for (const thing of withHeld(things, this.until))
      for (const index of isStep ? otherChanges(thing) : lastingChanges(thing, this.until)) this.add(index, name);
  }

  /** A file whose path is not wholly known may be another one. */
  resource(resource: string, { resources }: State): void {
    for (const [known, setters] of resources) {
      if (concerns(known, resource, resources)) for (const index of setters) this.add(index, fileIn(known));
    }
  }
}
