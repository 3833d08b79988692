; The installer for Windows, and the uninstaller that it writes. build-installer.sh runs makensis with it.
;
; setup.exe [/S] [/ALLUSERS] [/AUTOSTART=1|0] [/DOWNGRADE=1] [/D=FOLDER]
; uninstall.exe [/S] [/PURGE=1]
;
; Without /ALLUSERS it is for the user alone and asks for no administrator. Options are in any order, but /D= comes last
; and without quotes, as NSIS has it. /AUTOSTART says whether it starts at login; without it, that stays as it is. Exit
; status: 0 done, 1 the user said no, 2 it broke off, 740 it needs an administrator (ERROR_ELEVATION_REQUIRED), 1638 a newer
; version is installed (ERROR_PRODUCT_VERSION), 3 what is kept could not all be removed, and the program was not (/PURGE=1).
;
; Defined by build-installer.sh: VERSION, NUMBERS (the version as four numbers), SIZE (KiB), LISTS (see lists.py), OUTPUT,
; ASSETS, PUBLISHER, HOME, HELP, COPYRIGHT; SIGN if a command signs, QUICK for tests.

Unicode true
Target amd64-unicode
!ifdef QUICK
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
!endif
ManifestDPIAware true
ManifestLongPathAware true
ManifestSupportedOS Win10
RequestExecutionLevel user

!define NAME "Notebook Tray"
!define APP_ID "NotebookTray.NotebookTray" ; tray/desktop/icon/windows/app_id.py
!define UNINSTALLS "Software\Microsoft\Windows\CurrentVersion\Uninstall"
!define UNINSTALL "${UNINSTALLS}\NotebookTray"
!define APP_PATHS "Software\Microsoft\Windows\CurrentVersion\App Paths"
!define APP_PATH "${APP_PATHS}\notebook-tray.exe"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run" ; tray/desktop/autostart/registry.py
!define APPROVED "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
!define TOAST_KEY "Software\Classes\AppUserModelId\${APP_ID}"
!define LIST "installed-files.txt"
; For files that a program has open: Windows lets them be renamed, and deleted later.
!define ASIDE "replaced"
!define AT_LOGIN "--autostarted"
; What `notebook-tray quit` ends with where no tray runs.
!define NOT_RUNNING 3

!include "LogicLib.nsh"
!include "FileFunc.nsh"
!include "WordFunc.nsh"
!include "Sections.nsh"
!include "WinVer.nsh"
!include "MUI2.nsh"
!include "Win/COM.nsh"
!include "Win/Propkey.nsh"

Name "${NAME}"
OutFile "${OUTPUT}"
BrandingText "${NAME} ${VERSION}"
ShowInstDetails nevershow
ShowUninstDetails nevershow
!ifdef SIGN
  !finalize '${SIGN} "%1"'
  !uninstfinalize '${SIGN} "%1"'
!endif

VIProductVersion "${NUMBERS}"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "${NAME}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "CompanyName" "${PUBLISHER}"
VIAddVersionKey "LegalCopyright" "${COPYRIGHT}"

!define MUI_ICON "${ASSETS}/notebook-tray.ico"
!define MUI_UNICON "${ASSETS}/notebook-tray.ico"
!define MUI_COMPONENTSPAGE_SMALLDESC
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_FUNCTION StartTray
!define MUI_FINISHPAGE_NOREBOOTSUPPORT
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES

; A language is a line here, and a file of that name with all the words of English.nsh.
!insertmacro MUI_LANGUAGE "English"
!include "languages/English.nsh"

Var ForAll ; 1: for everyone on this computer
Var Previous ; the folder that it is installed in so far, or empty
Var WasRunning
Var StartsAtLogin ; whether the start at login is this installation's, before anything is done
Var Purge

; Ends with an exit status, before any page is shown.
!macro EndWith STATUS
  SetErrorLevel ${STATUS}
  Quit
!macroend

; Has the user of the installer, or of the uninstaller, be an administrator where it is for everyone. $R0: the options
!macro BeAdministrator PROGRAM
  UserInfo::GetAccountType
  Pop $0
  ${If} $0 != "Admin"
    ${If} ${Silent}
      !insertmacro EndWith 740
    ${EndIf}
    ExecShell "runas" "${PROGRAM}" "$R0"
    Quit
  ${EndIf}
!macroend

; What the installer and the uninstaller both do, each of which has functions of its own: UN is "un." or empty.
!macro Common UN

; Pushes whether the value "${NAME}" of the Run key of the user, or of everyone, starts what is in the folder $Previous.
Function ${UN}StartsHere
  ReadRegStr $0 SHCTX "${RUN}" "${NAME}"
  StrCpy $1 $0 1
  ${If} $1 == '"'
    StrCpy $0 $0 "" 1
  ${EndIf}
  StrLen $1 "$Previous\"
  StrCpy $0 $0 $1
  ${If} $Previous != ""
  ${AndIf} $0 == "$Previous\"
    Push 1
  ${Else}
    Push 0
  ${EndIf}
FunctionEnd

; Has the running copy of the folder $Previous end, and sets $WasRunning. The program itself waits for ten seconds at most.
Function ${UN}EndTray
  StrCpy $WasRunning 0
  ${IfNot} ${FileExists} "$Previous\notebook-trayw.exe"
    Return
  ${EndIf}
  DetailPrint "$(EndingTray)"
  ExecWait '"$Previous\notebook-trayw.exe" quit' $0
  ${If} $0 = 0
    StrCpy $WasRunning 1
  ${EndIf}
  ; It has ended when it has let go of its files; those of another user's copy stay open.
  ${If} $0 != ${NOT_RUNNING}
    StrCpy $1 0
    ${Do}
      ClearErrors
      FileOpen $0 "$Previous\notebook-trayw.exe" a
      ${IfNot} ${Errors}
        FileClose $0
        ClearErrors
        FileOpen $0 "$Previous\notebook-tray.exe" a
        ${IfNot} ${Errors}
          FileClose $0
          ${Break}
        ${EndIf}
      ${EndIf}
      Sleep 200
      IntOp $1 $1 + 1
    ${LoopUntil} $1 >= 25
  ${EndIf}
FunctionEnd

; Deletes the file $R1, or puts it aside in the folder $Previous if a program has it open.
Function ${UN}TakeAway
  ClearErrors
  Delete "$R1"
  ${If} ${Errors}
    CreateDirectory "$Previous\${ASIDE}"
    GetTempFileName $R2 "$Previous\${ASIDE}"
    Delete "$R2"
    ClearErrors
    Rename "$R1" "$R2"
    ${If} ${Errors}
      DetailPrint "$(NotRemoved)"
    ${EndIf}
  ${EndIf}
FunctionEnd

; Takes away what the list in the folder $Previous names, and nothing else that is there.
Function ${UN}TakeAwayListed
  ClearErrors
  FileOpen $R0 "$Previous\${LIST}" r
  ${If} ${Errors}
    Return
  ${EndIf}
  ${Do}
    ClearErrors
    FileRead $R0 $0
    ${If} ${Errors}
      ${Break}
    ${EndIf}
    ; Without the end of the line.
    StrCpy $1 $0 1 -1
    ${If} $1 == "$\n"
      StrCpy $0 $0 -2
    ${EndIf}
    ; No line leads out of the folder: the list may be one that somebody has changed.
    StrCpy $2 0
    StrCpy $4 $0
    ${Do}
      StrCpy $1 $0 1 $2
      StrCpy $3 $0 2 $2
      ${If} $1 == ":"
      ${OrIf} $3 == ".."
        StrCpy $4 ""
        ${Break}
      ${EndIf}
      IntOp $2 $2 + 1
    ${LoopUntil} $1 == ""
    ${If} $4 != ""
      StrCpy $1 $4 1 -1
      ${If} $1 == "\"
        RMDir "$Previous\$4"
      ${Else}
        StrCpy $R1 "$Previous\$4"
        Call ${UN}TakeAway
      ${EndIf}
    ${EndIf}
  ${Loop}
  FileClose $R0
  Delete "$Previous\${LIST}"
FunctionEnd

; Deletes what was put aside before, as far as no program has it open any more.
Function ${UN}ClearAside
  Delete "$Previous\${ASIDE}\*.*"
  RMDir "$Previous\${ASIDE}"
FunctionEnd
!macroend
!insertmacro Common ""
!insertmacro Common "un."

Function .onInit
  SetRegView 64
  ${IfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "$(NeedsWindows10)" /SD IDOK
    !insertmacro EndWith 2
  ${EndIf}
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/ALLUSERS" $0
  ${If} ${Errors}
    StrCpy $ForAll 0
    SetShellVarContext current
  ${Else}
    StrCpy $ForAll 1
    SetShellVarContext all
    !insertmacro BeAdministrator "$EXEPATH"
  ${EndIf}

  ReadRegStr $Previous SHCTX "${UNINSTALL}" "InstallLocation"
  ${If} $ForAll = 0
  ${AndIf} $Previous == ""
    ReadRegStr $0 HKLM "${UNINSTALL}" "InstallLocation"
    ${If} $0 != ""
      MessageBox MB_YESNO|MB_ICONQUESTION "$(AlsoForEveryone)" /SD IDYES IDYES +3
      !insertmacro EndWith 1
    ${EndIf}
  ${EndIf}

  ReadRegStr $1 SHCTX "${UNINSTALL}" "NumericVersion"
  ReadRegStr $2 SHCTX "${UNINSTALL}" "DisplayVersion"
  ${VersionCompare} "$1" "${NUMBERS}" $0
  ${If} $1 != ""
  ${AndIf} $0 = 1
    ${GetOptions} $R0 "/DOWNGRADE=" $0
    ${If} $0 != 1
      ${If} ${Silent}
        !insertmacro EndWith 1638
      ${EndIf}
      MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON2 "$(Downgrade)" IDYES +3
      !insertmacro EndWith 1638
    ${EndIf}
  ${EndIf}

  ; Only /D= has set it.
  ${If} $INSTDIR == ""
    ${If} $Previous != ""
      StrCpy $INSTDIR $Previous
    ${ElseIf} $ForAll = 1
      StrCpy $INSTDIR "$PROGRAMFILES64\${NAME}"
    ${Else}
      StrCpy $INSTDIR "$LOCALAPPDATA\Programs\${NAME}"
    ${EndIf}
  ${EndIf}

  Call StartsHere
  Pop $StartsAtLogin
  Call ChooseStartAtLogin
FunctionEnd

Section "$(Program)" SecProgram
  SectionIn RO
  ${If} $Previous != ""
    Call EndTray
    Call ClearAside
    Call TakeAwayListed
  ${EndIf}
  !include "${LISTS}/install-files.nsh"
  SetOutPath "$INSTDIR"
  File "${LISTS}/${LIST}"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  ${If} $Previous != ""
  ${AndIf} $Previous != $INSTDIR
    Delete "$Previous\uninstall.exe"
    RMDir "$Previous"
  ${EndIf}

  ; A shortcut that the user has deleted stays away.
  ${If} $Previous == ""
  ${OrIf} ${FileExists} "$SMPROGRAMS\${NAME}.lnk"
    ; Without a folder to start in: a browser that the tray starts would keep it from being removed.
    CreateShortCut /NoWorkingDir "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\notebook-trayw.exe" "" \
      "$INSTDIR\notebook-trayw.exe" 0 SW_SHOWNORMAL "" "$(Shortcut)"
    StrCpy $R0 "$SMPROGRAMS\${NAME}.lnk"
    Call IdentifyLink
  ${EndIf}

  WriteRegStr SHCTX "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL}" "NumericVersion" "${NUMBERS}"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayIcon" "$INSTDIR\notebook-trayw.exe"
  WriteRegStr SHCTX "${UNINSTALL}" "Publisher" "${PUBLISHER}"
  WriteRegStr SHCTX "${UNINSTALL}" "URLInfoAbout" "${HOME}"
  WriteRegStr SHCTX "${UNINSTALL}" "HelpLink" "${HELP}"
  WriteRegStr SHCTX "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr SHCTX "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD SHCTX "${UNINSTALL}" "EstimatedSize" ${SIZE}
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoRepair" 1
  ; By which Win+R and `start` find the command line.
  WriteRegStr SHCTX "${APP_PATH}" "" "$INSTDIR\notebook-tray.exe"
SectionEnd

Section /o "$(StartAtLogin)" SecStartAtLogin
SectionEnd

; After the sections that may be chosen.
Section
  ${If} ${SectionIsSelected} ${SecStartAtLogin}
    ; One that leads here already stays as it is: the user may have switched it off in Task Manager.
    ${If} $StartsAtLogin = 0
    ${OrIf} $Previous != $INSTDIR
      ${If} $ForAll = 1
        WriteRegStr HKLM "${RUN}" "${NAME}" '"$INSTDIR\notebook-trayw.exe" ${AT_LOGIN}'
      ${Else}
        ExecWait '"$INSTDIR\notebook-trayw.exe" autostart on' $0
        ${If} $0 != 0
          DetailPrint "$(NoStartAtLogin)"
        ${EndIf}
      ${EndIf}
    ${EndIf}
  ${ElseIf} $StartsAtLogin = 1
    DeleteRegValue SHCTX "${RUN}" "${NAME}"
    DeleteRegValue SHCTX "${APPROVED}" "${NAME}"
  ${EndIf}
  ; Whoever sees pages starts it from the last one.
  ${If} $WasRunning = 1
  ${AndIf} ${Silent}
    Call StartAgain
  ${EndIf}
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${SecProgram} "$(AboutProgram)"
  !insertmacro MUI_DESCRIPTION_TEXT ${SecStartAtLogin} "$(AboutStartAtLogin)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

; Chooses what /AUTOSTART says, else what is so far. $R0: the options
Function ChooseStartAtLogin
  ClearErrors
  ${GetOptions} $R0 "/AUTOSTART=" $0
  ${If} ${Errors}
    StrCpy $0 $StartsAtLogin
  ${EndIf}
  ${If} $0 = 1
    !insertmacro SelectSection ${SecStartAtLogin}
  ${Else}
    !insertmacro UnselectSection ${SecStartAtLogin}
  ${EndIf}
FunctionEnd

; Gives the link $R0 the AppUserModelID under which toasts are shown, so that Windows takes both for one program:
; https://learn.microsoft.com/windows/win32/shell/appids. Toasts don't depend on it: they have a key of their own.
Function IdentifyLink
  !insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
  ${If} $0 P= 0
    Return
  ${EndIf}
  ${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
  ${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r2)'
  ${If} $1 P<> 0
  ${AndIf} $2 P<> 0
    ${IPersistFile::Load} $1 '("$R0",${STGM_READWRITE})'
    System::Call '*(&t128 "${APP_ID}")p.r3'
    System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r4'
    System::Call '*${SYSSTRUCT_PROPVARIANT}(${VT_LPWSTR},,p r3)p.r5'
    ; The value is copied.
    ${IPropertyStore::SetValue} $2 '($4,$5)i.r6'
    ${If} $6 = 0
      ${IPropertyStore::Commit} $2 ""
      ${IPersistFile::Save} $1 '("$R0",1)'
    ${EndIf}
    System::Free $5
    System::Free $4
    System::Free $3
  ${EndIf}
  ${If} $2 P<> 0
    ${IUnknown::Release} $2 ""
  ${EndIf}
  ${If} $1 P<> 0
    ${IUnknown::Release} $1 ""
  ${EndIf}
  ${IUnknown::Release} $0 ""
FunctionEnd

; As it ran before: silently, as a login starts it.
Function StartAgain
  ${If} $ForAll = 1
    Call StartTray
  ${Else}
    SetOutPath "$PROFILE"
    Exec '"$INSTDIR\notebook-trayw.exe" ${AT_LOGIN}'
  ${EndIf}
FunctionEnd

Function StartTray
  SetOutPath "$PROFILE"
  ${If} $ForAll = 1
    ; By the desktop, which is the user's: the installer is an administrator's.
    Exec '"$WINDIR\explorer.exe" "$INSTDIR\notebook-trayw.exe"'
  ${Else}
    Exec '"$INSTDIR\notebook-trayw.exe"'
  ${EndIf}
FunctionEnd

Function un.onInit
  SetRegView 64
  ${GetParameters} $R0
  StrCpy $Previous $INSTDIR
  SetShellVarContext current
  StrCpy $ForAll 0
  ReadRegStr $0 HKLM "${UNINSTALL}" "InstallLocation"
  ${If} $0 == $INSTDIR
    SetShellVarContext all
    StrCpy $ForAll 1
    !insertmacro BeAdministrator "$INSTDIR\uninstall.exe"
  ${EndIf}
  ${GetOptions} $R0 "/PURGE=" $Purge
FunctionEnd

Section "un.${NAME}"
  ${If} $Purge != 1
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(AskPurge)" /SD IDNO IDNO +2
    StrCpy $Purge 1
  ${EndIf}
  Call un.EndTray
  ; What is this installation's, and not that of a copy elsewhere.
  Call un.StartsHere
  Pop $0
  ${If} $0 = 1
    DeleteRegValue SHCTX "${RUN}" "${NAME}"
    DeleteRegValue SHCTX "${APPROVED}" "${NAME}"
  ${EndIf}
  SetShellVarContext current
  Call un.StartsHere
  Pop $0
  ${If} $0 = 1
    DeleteRegValue HKCU "${RUN}" "${NAME}"
    DeleteRegValue HKCU "${APPROVED}" "${NAME}"
  ${EndIf}
  ${If} $ForAll = 1
    SetShellVarContext all
  ${EndIf}

  ${If} $Purge = 1
  ${AndIf} ${FileExists} "$INSTDIR\notebook-trayw.exe"
    ExecWait '"$INSTDIR\notebook-trayw.exe" uninstall --yes' $0
    ${If} $0 != 0
      ${If} ${Silent}
        !insertmacro EndWith 3
      ${EndIf}
      MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON2 "$(NotPurged)" IDYES +3
      !insertmacro EndWith 3
    ${EndIf}
  ${EndIf}

  ReadRegStr $0 HKCU "${TOAST_KEY}" "IconUri"
  StrLen $1 "$INSTDIR\"
  StrCpy $0 $0 $1
  ${If} $0 == "$INSTDIR\"
    DeleteRegKey HKCU "${TOAST_KEY}"
  ${EndIf}
  Delete "$SMPROGRAMS\${NAME}.lnk"
  ReadRegStr $0 SHCTX "${APP_PATH}" ""
  ${If} $0 == "$INSTDIR\notebook-tray.exe"
    DeleteRegKey SHCTX "${APP_PATH}"
  ${EndIf}

  SetOutPath "$TEMP"
  Call un.TakeAwayListed
  Delete "$INSTDIR\uninstall.exe"
  Call un.ClearAside
  RMDir "$INSTDIR"
  ${If} $ForAll = 0
    RMDir "$LOCALAPPDATA\Programs" ; if nothing is in it
  ${EndIf}
  DeleteRegKey SHCTX "${UNINSTALL}"
  ; The keys above, which are Windows' own: a user's registry may have had none of them.
  ${If} $ForAll = 0
    DeleteRegKey /ifempty HKCU "${APP_PATHS}"
    DeleteRegKey /ifempty HKCU "${UNINSTALLS}"
  ${EndIf}
SectionEnd
