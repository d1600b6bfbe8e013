"""Write the page as a folder of plain files, which any static host can serve (docs/site.md).

ready_made.py  the runs of the built-in machines and stories, with all that they are asked without a choice
document.py    the HTML document
build.py       the folder
"""
