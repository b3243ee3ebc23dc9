/** Words of the desks about the recording of what is on air. */
export const words = {
  zh: {
    stopped: (since) => `${since} 起未录制：磁盘已满`,
    stoppedMore: "磁盘已满，录制已停止，画面照常播出。请立即通知技术人员。",
  },
  en: {
    stopped: (since) => `Not recorded since ${since}: disk full`,
    stoppedMore: "The disk is full: nothing is recorded any more. The picture goes on. Tell the operator at once.",
  },
};
