// Loaded before the emulators of kinesis-up (node -r), for what neither has an option for.
const { Server } = require('net')
const { IncomingMessage } = require('http')

// Both would listen to the whole network.
const listen = Server.prototype.listen
Server.prototype.listen = function (to, ...rest) {
  const options = typeof to === 'object' ? to : { port: Number(to) }
  return listen.call(this, { ...options, host: '127.0.0.1' }, ...rest.filter(one => typeof one === 'function'))
}

// kinesalite throws the error of a request, so that a client that is killed in it takes all streams along. Node emits that
// error only to those who listen, and without it the request is dropped.
const on = IncomingMessage.prototype.on
IncomingMessage.prototype.on = IncomingMessage.prototype.addListener = function (event, listener) {
  return event === 'error' ? this : on.call(this, event, listener)
}
