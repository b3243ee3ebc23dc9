// socket.io as its documentation shows it, one room: node node.js PORT RATE
const { createServer } = require("http");
const { Server } = require("socket.io");

const MESSAGE_BYTES = 337;
const [port, rate] = process.argv.slice(2).map(Number);
const http = createServer();
const io = new Server(http, { transports: ["websocket"] });

io.on("connection", (socket) => {
  socket.on("follow", (_message, answer) => {
    socket.join("live");
    answer({ ok: true });
  });
});

let due = performance.now();
function tell() {
  const sent = Number(process.hrtime.bigint() / 1000n);
  const around = `42["entry",{"t":${sent},"pad":""}]`.length;
  io.to("live").emit("entry", { t: sent, pad: "x".repeat(MESSAGE_BYTES - around) });
  due += 1000 / rate;
  const left = due - performance.now();
  if (left < 0) due -= left;
  if (left > 1) setTimeout(tell, left);
  else setImmediate(tell);
}

http.listen(port, "127.0.0.1", 4096, () => rate && tell());
