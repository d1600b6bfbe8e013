// @ts-check
// A worker that says every five seconds that the time has come. In a page that is hidden for long, a timer of the page
// itself would only go off once a minute.

setInterval(() => postMessage(null), 5000);
