// The views of the page, in the order of their tabs. Each adds itself here.

const Views = [];
