// Medians of the rounds, and how they compare. Two servers are compared within a round, one soon after the other, and the median of
// those ratios counts: the state of the machine, which affects both, does not.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * @param {{ round: number, workload: string, contender: string, figures?: import('./measure.mjs').Figures }[]} runs
 * @param {string} [base] the contender that the others are compared with
 * @returns for a workload and contender the medians, and in `ratio` how many times the base's its main figure is
 */
export function summarise(runs, workloads, contenders, base = 'chatd') {
  const made = runs.filter(({ figures }) => figures);
  const of = (workload, contender) => made.filter((run) => run.workload === workload.name && run.contender === contender.key);
  return new Map(workloads.map((workload) => {
    const own = of(workload, { key: base });
    return [workload.name, new Map(contenders.map((contender) => {
      const theirs = of(workload, contender);
      if (theirs.length === 0) return [contender.key, null];
      const names = Object.keys(theirs[0].figures).filter((name) => theirs[0].figures[name] !== undefined);
      const medians = Object.fromEntries(names.map((name) => [name, median(theirs.map(({ figures }) => figures[name]))]));
      const ratios = theirs.flatMap(({ round, figures }) => {
        const ours = own.find((run) => run.round === round);
        return ours ? [figures[workload.figure] / ours.figures[workload.figure]] : [];
      });
      return [contender.key, { ...medians, ratio: ratios.length > 0 ? median(ratios) : undefined }];
    }))];
  }));
}

/** The faults of a contender over all its runs. */
export function faultsOf(runs, contender) {
  const own = runs.filter((run) => run.contender === contender.key);
  const sum = (name) => own.reduce((total, { faults }) => total + (faults?.[name] ?? 0), 0);
  return {
    runs: own.length, lost: sum('lost'), duplicates: sum('duplicates'), outOfOrder: sum('outOfOrder'),
    complaints: own.flatMap(({ workload, complaints = [], error }) => [...complaints, ...(error ? [error] : [])].map((text) => `${workload}: ${text}`)),
  };
}
