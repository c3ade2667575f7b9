@echo off
rem The command of the package: its own Node, its own program. An installed service has its data folder.
setlocal
if not defined DESKMESH_DATA_DIR if exist "%~dp0data-dir" set /p DESKMESH_DATA_DIR=<"%~dp0data-dir"
"%~dp0runtime\node.exe" "%~dp0app\bin\deskmesh.mjs" %*
exit /b %ERRORLEVEL%
