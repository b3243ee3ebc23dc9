// A search that reaches beyond what the desk has loaded: pages of ids, whose rows are part of the state while they are
// shown.

const TYPED_MS = 200;

export class Search {
  /** `owner` names whose rows these are; `again(isFirst)` is called when a page was found. */
  constructor(desk, owner, again) {
    Object.assign(this, { desk, owner, again });
    this.clear();
  }

  clear() {
    clearTimeout(this.timer);
    Object.assign(this, { query: null, ids: [], behind: null, total: 0, looking: false });
  }

  /**
   * Begin anew with a query (`{list, text, unit, sort}`), once nobody has typed for a moment. With `kept` what was
   * found before stands until then.
   */
  begin(query, waitMs = TYPED_MS, kept = false) {
    const { ids, total } = this;
    this.clear();
    Object.assign(this, { query, looking: true }, kept ? { ids, total } : {});
    this.timer = setTimeout(() => this.#next(query), waitMs);
  }

  get hasMore() {
    return this.query !== null && this.behind !== null;
  }

  more() {
    if (!this.hasMore || this.looking) return;
    this.looking = true;
    this.#next(this.query);
  }

  async #next(query) {
    const after = this.behind;
    const before = after ? this.ids : [];
    try {
      const { ids, behind, total } = await this.desk.link.look("questions.find", { ...query, ...(after && { after }) },
        ({ ids }) => {
        if (this.query === query) this.desk.link.pin(this.owner, "question", [...this.ids, ...ids]);
      });
      if (this.query !== query) return;
      Object.assign(this, { ids: [...new Set([...before, ...ids])], behind, total });
      this.again(!after);
    } catch (problem) {
      if (this.query === query) this.desk.refused(problem);
    } finally {
      if (this.query === query) this.looking = false;
      this.desk.redraw();
    }
  }
}
